import { variablesOf, type ShellDraft, type ShellRule, type ShellRun } from '../shell/index.ts';

/** Variables that are read are set, and the other way round. */
export const knownVariables: ShellRule = {
  name: 'known-variables',
  summary: 'A variable of a RUN that is read was set, and one that is set is read.',
  explanation:
    'Each RUN has a shell of its own: variables of one are gone in the next. ENV keeps a value for all that follows, ARG for the rest of the stage. Names in capitals may come from the base image and are not asked about.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['SC2154', 'SC2034'],
  check(run) {
    const variables = variablesOf(run.script);
    if (variables.isOpen) return [];
    return [...unset(run), ...unused(run)];
  },
};

function unset(run: ShellRun): ShellDraft[] {
  const { settings, reads } = variablesOf(run.script);
  const set = new Set(settings.map(({ name }) => name));
  const told = new Set<string>();
  return reads.flatMap(({ name, operator, prefix, from, to }) => {
    const isGuarded = operator !== undefined && /^:?[-=?+]$/.test(operator);
    if (!/^[a-z_][a-z0-9_]*$/.test(name) || name === '_' || prefix === '!') return [];
    if (isGuarded || set.has(name) || run.variables.has(name) || told.has(name) || fromEnvironment.has(name)) return [];
    told.add(name);
    return [
      {
        from,
        to,
        message: `nothing sets ${name}`,
        advice: `set it in this RUN, or by ENV or ARG before`,
        aliases: ['SC2154'],
      },
    ];
  });
}

/** Names in small letters that come from outside by custom. */
const fromEnvironment = new Set(['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy']);

function unused(run: ShellRun): ShellDraft[] {
  const { settings, reads, exported } = variablesOf(run.script);
  const read = new Set(reads.map(({ name }) => name));
  const told = new Set<string>();
  return settings.flatMap(({ name, kind, isForCommand, from, to }) => {
    const isOwn = kind !== 'loop' && !isForCommand && !run.variables.has(name) && !shellNames.test(name);
    if (!isOwn || read.has(name) || exported.has(name) || told.has(name) || name === '_') return [];
    told.add(name);
    return [
      {
        from,
        to,
        message: `${name} is set and not read, and gone after this RUN`,
        advice: `remove it, or write ENV ${name}=…`,
        aliases: ['SC2034'],
      },
    ];
  });
}

/** What the shell itself, or programs by way of the environment, read. */
const shellNames =
  /^(?:IFS|PATH|HOME|LANG|LC_\w+|PS[0-4]|CDPATH|ENV|SHELL|TERM|TZ|TMPDIR|OPT\w+|HISTFILE|DEBIAN_FRONTEND|_\w*)$/;
