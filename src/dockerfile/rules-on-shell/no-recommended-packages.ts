import { offeredFix } from '../fix.ts';
import { insertion, type PackageCall, type ShellRule } from '../shell/index.ts';

const onlyNeeded = { effect: 'contents', note: 'packages that are only recommended are no longer installed' } as const;

/** apt-get installs what is needed, not what is recommended. */
export const noRecommendedPackages: ShellRule = {
  name: 'no-recommended-packages',
  summary: 'apt-get installs without the packages that are only recommended.',
  explanation:
    'Debian’s packages recommend others that a desktop would want. In an image they are megabytes and advisories that nothing needs. What is needed indeed can be named.',
  category: 'size',
  severity: 'info',
  aliases: ['DL3015'],
  check({ packages }) {
    return packages.flatMap((call) => {
      if (call.manager !== 'apt' || call.action !== 'install' || isTold(call)) return [];
      const { name, from, to, args } = call.invocation;
      const subcommand = args.find(({ text }) => text === call.subcommand);
      const write = name === 'aptitude' ? '--without-recommends' : '--no-install-recommends';
      const fix = subcommand && offeredFix(`write ${write}`, [insertion(subcommand.to, ` ${write}`)], onlyNeeded);
      return [
        {
          ...{ from, to, fix },
          message: `${name} ${call.subcommand} also installs what is only recommended`,
          advice: `write ${name} ${call.subcommand} ${write}`,
        },
      ];
    });
  },
};

function isTold({ has, options }: PackageCall): boolean {
  if (has('--no-install-recommends', '--without-recommends', '-R')) return true;
  return options.some(({ value }) => /^APT::Install-Recommends=(?:"?)(?:false|0|no)(?:"?)$/i.test(value ?? ''));
}
