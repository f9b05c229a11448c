import { offeredFix } from '../fix.ts';
import { readOptions, type ShellRule } from '../shell/index.ts';

const table = {
  short: 'bcdefgGkKpRsuZP',
  long: [
    ...['base-dir', 'comment', 'home-dir', 'expiredate', 'inactive', 'gid', 'groups', 'skel', 'key', 'password'],
    ...['root', 'prefix', 'shell', 'uid', 'selinux-user'],
  ],
};

const unlogged = { effect: 'contents', note: '/var/log/lastlog and faillog have no room for that user' } as const;

/** High user numbers come with --no-log-init. */
export const lowUserNumber: ShellRule = {
  name: 'low-user-number',
  summary: 'useradd with a high number writes no login records.',
  explanation:
    '/var/log/lastlog and faillog are as long as the highest number times the size of a record. They are sparse files, but layers are not: a user number of a million makes a layer of hundreds of megabytes.',
  category: 'size',
  severity: 'warning',
  aliases: ['DL3046'],
  check({ commands }) {
    return commands.flatMap(({ name, args, program, from, to }) => {
      if (name !== 'useradd') return [];
      const options = readOptions(args, table);
      const uid = options.value('-u', '--uid');
      if (uid === undefined || !/^\d{6,}$/.test(uid) || options.has('-l', '--no-log-init')) return [];
      const edits = [{ from: program.to, to: program.to, text: ' --no-log-init' }];
      return [
        {
          ...{ from, to },
          message: `useradd makes login records up to number ${uid}, which fill a layer`,
          advice: 'write useradd --no-log-init, or a number below 100000',
          fix: offeredFix('write --no-log-init', edits, unlogged),
        },
      ];
    });
  },
};
