import { offeredFix } from '../fix.ts';
import {
  readOptions,
  type ShellDraft,
  type ShellRule,
  type Argument,
  type ShellFix,
  rewritten,
} from '../shell/index.ts';

/** Nothing is writable by everyone, or setuid. */
export const noOpenModes: ShellRule = {
  name: 'no-open-modes',
  summary: 'No file is made writable by everyone, or setuid.',
  explanation:
    'Whoever gets to run anything in the container can replace a file of mode 777, and become another user by one of mode 4755. chown to the user that needs it, or chmod g+w for its group. A sticky folder such as /tmp (1777) is fine.',
  category: 'security',
  severity: 'warning',
  aliases: [],
  check({ commands }) {
    return commands.flatMap(({ name, args, from, to }): ShellDraft[] => {
      const mode = modeOf(name, args);
      if (mode === undefined) return [];
      if (isOpen(mode))
        return [
          {
            from,
            to,
            message: `mode ${mode} lets everyone write`,
            advice: 'chown it to the user that needs it, or chmod g+w',
            fix: closed(args, mode),
          },
        ];
      if (isSetuid(mode))
        return [
          {
            from,
            to,
            message: `mode ${mode} runs it as its owner, whoever starts it`,
            advice: 'do without the setuid bit; give the program the capability it needs',
          },
        ];
      return [];
    });
  },
};

/** The same without the right of all others to write; undefined where the mode says more than rights. */
function closed(args: readonly Argument[], mode: string): ShellFix | undefined {
  const argument = args.find(({ text }) => text === mode);
  if (argument === undefined || !/^0?[0-7]{3}$/.test(mode)) return undefined;
  const less = mode.slice(0, -1) + String(Number(mode.at(-1)) & 5);
  const edits = rewritten(argument, less);
  return (
    edits && offeredFix(`write ${less}`, edits, { effect: 'contents', note: 'only owner and group can write there' })
  );
}

function modeOf(name: string, args: Parameters<typeof readOptions>[0]): string | undefined {
  // `-w` and its like are modes, not options.
  if (name === 'chmod') return args.find(({ text }) => !/^-(?:[Rcfv]+|-\w.*)$/.test(text))?.text;
  if (name === 'mkdir') return readOptions(args, { short: 'm', long: ['mode'] }).value('-m', '--mode');
  return name === 'install'
    ? readOptions(args, { short: 'mogtS', long: ['mode', 'owner', 'group', 'target-directory'] }).value('-m', '--mode')
    : undefined;
}

function isOpen(mode: string): boolean {
  if (/^[0-7]{3,5}$/.test(mode)) return (Number(mode.at(-1)) & 2) !== 0 && (Number(mode.at(-4) ?? '0') & 1) === 0;
  if (/[+=][rwxXsugo]*t/.test(mode)) return false;
  return mode.split(',').some((clause) => /^[ug]*[oa][ugoa]*[+=][rxXst]*w/.test(clause));
}

function isSetuid(mode: string): boolean {
  if (/^[0-7]{4,5}$/.test(mode)) return (Number(mode.at(-4)) & 4) !== 0;
  return mode
    .split(',')
    .some((clause) => /^(?:[goa]*u[ugoa]*|a)?[+=][rwxX]*s/.test(clause) && !/^[go]+[+=]/.test(clause));
}
