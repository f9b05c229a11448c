import type { ShellRule } from '../shell/index.ts';

/** hadolint's rule, and the subcommands that it knows. */
const aliases: Readonly<Record<string, readonly [alias: string, subcommands: readonly string[]]>> = {
  apt: ['DL3005', ['dist-upgrade']],
  apk: ['DL3017', ['upgrade']],
  yum: ['DL3031', ['update', 'upgrade']],
  dnf: ['DL3039', ['update', 'upgrade', 'upgrade-minimal', 'update-minimal']],
  microdnf: ['DL3039', ['update', 'upgrade']],
  zypper: ['DL3035', ['dist-upgrade', 'dup']],
};

/** The whole system is not upgraded in a RUN. */
export const noSystemUpgrade: ShellRule = {
  name: 'no-system-upgrade',
  summary: 'The base image’s packages are upgraded by a newer base image, not in a RUN.',
  explanation:
    'An upgrade of everything ships every upgraded file twice, differs each day, and hides that the base is old. Take a newer base, or upgrade by name the one package that has to be mended before the base is.',
  category: 'supply-chain',
  severity: 'info',
  aliases: ['DL3005', 'DL3017', 'DL3031', 'DL3035', 'DL3039'],
  check({ packages }) {
    return packages.flatMap((call) => {
      const known = Object.hasOwn(aliases, call.manager) ? aliases[call.manager] : undefined;
      // With names it upgrades these only.
      const named = call.invocation.args.filter(({ text }) => !text.startsWith('-') && text !== call.subcommand);
      if (known === undefined || call.action !== 'upgrade' || named.length > 0) return [];
      const { name, from, to } = call.invocation;
      return [
        {
          ...{ from, to },
          message: `${name} ${call.subcommand} upgrades every package of the base image`,
          advice: 'build on a newer base image, or upgrade the packages that must be by name',
          aliases: known[1].includes(call.subcommand) ? [known[0]] : [],
        },
      ];
    });
  },
};
