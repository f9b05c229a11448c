import type { ShellDraft, ShellRule } from '../shell/index.ts';

const servers = new Set([
  'openssh-server',
  'openssh',
  'dropbear',
  'dropbear-bin',
  'tinysshd',
  'ssh',
  'telnetd',
  'rsh-server',
  'vsftpd',
]);

/** No SSH server in an image. */
export const noSshServer: ShellRule = {
  name: 'no-ssh-server',
  summary: 'No server for logging in is installed.',
  explanation:
    'docker exec and kubectl exec reach a container, are recorded and ask for rights; an SSH server in it does neither, needs keys, and host keys made in a build are the same in every container.',
  category: 'security',
  severity: 'warning',
  aliases: [],
  check({ packages, commands }) {
    const installed = packages
      .filter(({ action, ecosystem }) => action === 'install' && /^(?:deb|apk|rpm)$/.test(ecosystem))
      .flatMap(({ packages: asked, ecosystem }) =>
        asked.filter(({ name }) => servers.has(name) && !(name === 'openssh' && ecosystem === 'rpm')),
      )
      .map(({ name, from, to }): ShellDraft => ({
        from,
        to,
        message: `${name} lets people log in past everything that is recorded`,
        advice: 'remove it; use docker exec or kubectl exec',
      }));
    const keys = commands
      .filter(
        ({ name, args }) =>
          name === 'ssh-keygen' && args.some(({ text }) => text === '-A' || text.includes('ssh_host_')),
      )
      .map(({ from, to }): ShellDraft => ({
        from,
        to,
        message: 'host keys made in a build are the same in every container',
        advice: 'make them when the container starts, or do without',
      }));
    return [...installed, ...keys];
  },
};
