/** Shells, by the names under which they are started. */
export const shells: ReadonlySet<string> = new Set([
  ...[
    'sh',
    'bash',
    'rbash',
    'dash',
    'ash',
    'zsh',
    'ksh',
    'ksh93',
    'mksh',
    'lksh',
    'pdksh',
    'csh',
    'tcsh',
    'fish',
    'yash',
  ],
  ...['posh', 'sash', 'busybox', 'toybox', 'pwsh', 'nu', 'elvish', 'xonsh'],
]);

export const systemPackageManagers: ReadonlySet<string> = new Set([
  ...['apt', 'apt-get', 'aptitude', 'dpkg', 'apk', 'rpm', 'yum', 'dnf', 'dnf5', 'microdnf', 'tdnf', 'zypper', 'pacman'],
  ...['opkg', 'emerge', 'xbps-install', 'swupd', 'snap', 'flatpak', 'nix', 'nix-env', 'guix'],
]);

export const languagePackageManagers: ReadonlySet<string> = new Set([
  ...[
    'npm',
    'npx',
    'yarn',
    'pnpm',
    'corepack',
    'pip',
    'pip3',
    'pipx',
    'poetry',
    'uv',
    'conda',
    'mamba',
    'gem',
    'bundle',
  ],
  ...['bundler', 'cargo', 'go', 'mvn', 'gradle', 'composer', 'nuget', 'mix', 'cabal', 'luarocks', 'cpan'],
]);
