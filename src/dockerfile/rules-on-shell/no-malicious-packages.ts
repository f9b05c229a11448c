import type { ShellRule } from '../shell/index.ts';

/** Nothing that is known to be malicious. */
export const noMaliciousPackages: ShellRule = {
  name: 'no-malicious-packages',
  summary: 'No package is on a list of malicious ones.',
  explanation:
    'OpenSSF and others list packages that were published to do harm, most of them under names that are easily mistaken for others. Installing one runs it, in the build and with all that the build can reach. Needs an advisory database with these lists (OSV, ids MAL-…); without one this says nothing.',
  category: 'supply-chain',
  severity: 'error',
  aliases: [],
  check({ packages }, { malicious }) {
    if (malicious === undefined) return [];
    return packages
      .filter(({ action }) => action === 'install')
      .flatMap(({ packages: asked, ecosystem }) =>
        asked.flatMap(({ name, version, source, from, to }) => {
          const exact = version?.replace(/^[=@]+/, '');
          const found = source === 'registry' ? malicious(ecosystem, name, exact) : undefined;
          if (found === undefined) return [];
          const message = `${name} is on the list of malicious packages: ${found.id}`;
          return [{ from, to, message, advice: 'take it out; treat what the build had as known to others' }];
        }),
      );
  },
};
