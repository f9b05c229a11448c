import type { ShellRule } from '../shell/index.ts';

/** What each is for, where it has a point. */
const pointless: Readonly<Record<string, string>> = {
  free: 'shows the memory of the build machine',
  kill: 'ends a process, and none outlives its RUN',
  mount: 'mounts what is gone with the RUN',
  umount: 'unmounts what is gone with the RUN',
  ps: 'lists processes, and there are none but this RUN’s',
  service: 'starts a service that is gone with the RUN',
  systemctl: 'speaks to an init that does not run in a build',
  shutdown: 'has no machine to stop',
  reboot: 'has no machine to start again',
  ssh: 'needs keys that do not belong in a build',
  top: 'watches processes of a build that nobody watches',
  vim: 'edits, and nobody is there to type',
  nano: 'edits, and nobody is there to type',
};

const ofHadolint = new Set(['free', 'kill', 'mount', 'ps', 'service', 'shutdown', 'ssh', 'top', 'vim']);

/** Nothing that only makes sense on a machine of one’s own. */
export const noHostCommands: ShellRule = {
  name: 'no-host-commands',
  summary: 'A RUN does not call what only makes sense on a running machine.',
  explanation:
    'Processes, mounts and services end with the RUN that started them, and nobody types. Such calls do nothing, or something else than they seem to. systemctl enable and the like, which only write links, are not meant.',
  category: 'correctness',
  severity: 'info',
  aliases: ['DL3001'],
  check({ commands }) {
    return commands.flatMap(({ name, args, from, to }) => {
      const why = Object.hasOwn(pointless, name) ? pointless[name] : undefined;
      if (why === undefined || (name === 'systemctl' && !runsNow(args.map(({ text }) => text)))) return [];
      const message = `${name} ${why}`;
      const aliases = ofHadolint.has(name) ? ['DL3001'] : [];
      return [{ from, to, message, advice: `remove ${name}, or do it when the container starts`, aliases }];
    });
  },
};

function runsNow(args: readonly string[]): boolean {
  return args.some((text) => /^(?:start|stop|restart|reload|status)$/.test(text));
}
