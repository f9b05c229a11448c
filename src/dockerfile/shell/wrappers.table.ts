import type { OptionTable } from './options.ts';

/** A program that runs another one, which it is given as arguments. */
export interface Wrapper extends OptionTable {
  /** How many operands stand before the program: the duration of `timeout`, the user of `gosu`. */
  readonly skips?: number;
  /** `name=value` operands before the program set its environment. */
  readonly setsEnvironment?: boolean;
  /** Options with which it runs no program given by operands: `command -v`. */
  readonly unless?: readonly string[];
}

/** Programs that are seen through, by their names. */
export const wrappers: Readonly<Record<string, Wrapper>> = {
  sudo: {
    short: 'CDghpRrTtUu',
    long: ['user', 'group', 'host', 'prompt', 'role', 'type', 'chdir', 'close-from', 'other-user', 'chroot'],
    setsEnvironment: true,
    unless: ['-l', '-v', '-k', '-K', '-e', '-i', '-s', '--list', '--validate', '--edit'],
  },
  doas: { short: 'uC', unless: ['-L', '-s'] },
  env: { short: 'uCS', long: ['unset', 'chdir', 'split-string'], setsEnvironment: true },
  exec: { short: 'a' },
  command: { unless: ['-v', '-V'] },
  builtin: {},
  nice: { short: 'n', long: ['adjustment'] },
  ionice: { short: 'cnpPu', long: ['class', 'classdata', 'pid'] },
  nohup: {},
  setsid: {},
  setarch: { skips: 1 },
  linux32: {},
  linux64: {},
  stdbuf: { short: 'ioe', long: ['input', 'output', 'error'] },
  time: { short: 'fo', long: ['format', 'output'] },
  timeout: { short: 'ks', long: ['kill-after', 'signal'], skips: 1 },
  flock: { short: 'wE', long: ['timeout', 'wait', 'conflict-exit-code'], skips: 1, unless: ['-c'] },
  xargs: {
    short: 'aEdILnPs',
    long: ['arg-file', 'delimiter', 'eof', 'max-args', 'max-chars', 'max-lines', 'max-procs', 'replace'],
  },
  chroot: { long: ['groups', 'userspec'], skips: 1 },
  gosu: { skips: 1 },
  'su-exec': { skips: 1 },
  setpriv: { long: ['reuid', 'regid', 'groups', 'bounding-set', 'inh-caps', 'ambient-caps'] },
  runuser: { short: 'ugGcs', long: ['user', 'group', 'command', 'shell'], unless: ['-c', '--command', '-l', '-'] },
  eatmydata: {},
  fakeroot: {},
  tini: { short: 'peg' },
  'dumb-init': {},
  busybox: {},
  retry: { short: 'tds', long: ['times', 'delay', 'sleep'] },
  catchsegv: {},
  'xvfb-run': {
    short: 'efnpsw',
    long: ['error-file', 'auth-file', 'server-num', 'xauth-protocol', 'server-args', 'wait'],
  },
  'dbus-run-session': {},
};

/** Shells that run the text given to `-c`. */
export const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh']);
