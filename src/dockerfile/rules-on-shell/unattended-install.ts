import { offeredFix, safeFix } from '../fix.ts';
import { insertion, type PackageCall, type ShellRule, failsWith } from '../shell/index.ts';

interface Consent {
  readonly alias: string;
  readonly options: readonly string[];
  readonly write: string;
}

const consents: Readonly<Record<string, Consent>> = {
  apt: { alias: 'DL3014', options: ['-y', '--yes', '--assume-yes'], write: '-y' },
  yum: { alias: 'DL3030', options: ['-y', '--assumeyes'], write: '-y' },
  dnf: { alias: 'DL3038', options: ['-y', '--assumeyes'], write: '-y' },
  microdnf: { alias: 'DL3038', options: ['-y', '--assumeyes'], write: '-y' },
  zypper: { alias: 'DL3034', options: ['-n', '--non-interactive', '-y', '--no-confirm'], write: '-y' },
};

const asking = new Set(['install', 'upgrade', 'remove']);

const agreed = { effect: 'contents', note: 'what the step failed to install without a word is installed' } as const;

/** Package managers are told not to ask. */
export const unattendedInstall: ShellRule = {
  name: 'unattended-install',
  summary: 'Package managers that ask before they install are told not to.',
  explanation:
    'A build has nobody who could answer: the question is taken as a no and the build fails, or worse, only on the day when more than the named packages would be installed. DEBIAN_FRONTEND=noninteractive silences the packages, not apt-get.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['DL3014', 'DL3030', 'DL3034', 'DL3038'],
  check(run) {
    return run.packages.flatMap((call) => {
      const consent = consents[call.manager];
      if (consent === undefined || !asking.has(call.action) || isAgreed(call, consent)) return [];
      const { name, from, to, args } = call.invocation;
      const subcommand = args.find(({ text }) => text === call.subcommand);
      const title = `write ${consent.write}`;
      const edits = subcommand && [insertion(subcommand.to, ` ${consent.write}`)];
      const isBuilt = failsWith(run, call.invocation);
      const fix = edits && (isBuilt ? safeFix(title, edits) : offeredFix(title, edits, agreed));
      return [
        {
          ...{ from, to, fix },
          message: `${name} ${call.subcommand} would ask, and nobody is there to answer`,
          advice: `write ${name} ${call.subcommand} ${consent.write}`,
          // hadolint asks about installing only.
          aliases: call.action === 'install' ? [consent.alias] : [],
        },
      ];
    });
  },
};

function isAgreed({ manager, has, options, invocation }: PackageCall, { options: names }: Consent): boolean {
  if (has(...names)) return true;
  // `yes | apt-get install …`
  if (invocation.place.position > 0) return true;
  if (manager !== 'apt') return false;
  const quiet = options.filter(({ name }) => name === '-q' || name === '--quiet');
  if (quiet.length >= 2 || options.some(({ name, value }) => name === '--quiet' && value === '2')) return true;
  // `-q=2` is a cluster to us.
  if (invocation.args.some(({ text }) => /^-q=[2-9]$/.test(text))) return true;
  return options.some(
    ({ name, value }) => isOption(name) && /^APT::Get::Assume-Yes=(?:true|1|yes)$/i.test(value ?? ''),
  );
}

function isOption(name: string): boolean {
  return name === '-o' || name === '--option';
}
