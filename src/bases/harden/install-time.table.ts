/**
 * Needs that packages declare for being installed, configured or upgraded, not for running: `needed` by any package, or by
 * one. A base that nothing is installed into any more does without.
 */
export const installTimeNeeds: readonly { readonly by?: string; readonly needed: RegExp }[] = [
  {
    needed:
      /^(?:debconf(?:-2\.0)?|cdebconf|dpkg|install-info|ucf|adduser|init-system-helpers|lsb-base|sensible-utils)$/,
  },
  { needed: /^(?:po-debconf|update-inetd|libpam-runtime|systemd-sysv|media-types-compat)$/ },
  { by: 'base-files', needed: /^awk$/ },
  { by: 'bash', needed: /^(?:debianutils|base-files)$/ },
  { by: 'dash', needed: /^debianutils$/ },
  { by: 'ca-certificates', needed: /^openssl$/ },
  { by: 'ca-certificates', needed: /^(?:\/bin\/sh|so:.*|ca-certificates-bundle)$/ },
  { by: 'alpine-baselayout', needed: /^(?:\/bin\/sh|so:.*)$/ },
  { by: 'tzdata', needed: /^debconf.*$/ },
];

/** Data that programs read by path, so that no link shows who needs it. */
export const dataPackages: ReadonlySet<string> = new Set([
  ...['base-files', 'libc-bin', 'netbase', 'tzdata', 'ca-certificates', 'media-types', 'mailcap', 'mime-support'],
  ...['alpine-baselayout', 'alpine-baselayout-data', 'alpine-release', 'alpine-keys', 'ca-certificates-bundle'],
  ...['filesystem', 'setup', 'mailcap', 'system-release', 'redhat-release', 'rocky-release', 'ca-certificates'],
]);

/** Which program runs packages of a language. */
export const runtimes: Readonly<Record<string, readonly string[]>> = {
  pypi: ['python3', 'python'],
  npm: ['node', 'nodejs'],
  gem: ['ruby'],
  maven: ['java'],
};

/** Shells, whose scripts call commands that nobody sees from outside. */
export const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'busybox']);

/** What shell scripts call most: kept where one runs. */
export const scriptTools: ReadonlySet<string> = new Set([
  'coreutils',
  'findutils',
  'grep',
  'sed',
  'mawk',
  'gawk',
  'busybox',
]);
