import { isAtLeast, severities } from '../../model/index.ts';
import type { MisconfigurationFinding, Severity } from '../../model/index.ts';
import { matchesAny } from '../pattern.ts';
import { aboutFinding, isDeleted } from '../rule.ts';
import type { Rule } from '../rule.ts';

interface Settings {
  readonly atLeast: Severity;
  readonly checks: readonly string[];
  readonly except: readonly string[];
}

/** No other misconfiguration of a severity. */
export const misconfigurations: Rule<Settings> = {
  name: 'misconfigurations',
  summary: 'No misconfiguration finding at or above a severity, among the named checks.',
  explanation:
    'Takes every misconfiguration that a scan reports (ssh-authorized-keys, device …), by the name of its check. What a ' +
    'rule of its own judges (root user, setuid files, accounts, certificates, world-writable places) is left to it by default.',
  needs: ['files'],
  defaults: {
    atLeast: 'high',
    checks: ['**'],
    except: [
      'root-user',
      'setuid*',
      'setgid*',
      'world-writable*',
      'empty-password',
      'uid-0-twin',
      '*certificate*',
      'root-shell',
      'root-password',
    ],
  },
  settings: (z) => ({
    atLeast: z.enum(severities).describe('The lightest severity that counts. Default high.'),
    checks: z.array(z.string().max(200)).describe('Patterns on names of checks. Default all.'),
    except: z
      .array(z.string().max(200))
      .describe('Patterns on names of checks that are left out. Default those with their own rule.'),
  }),
  check(record, settings) {
    const violations = record.findings
      .filter((finding): finding is MisconfigurationFinding => finding.kind === 'misconfiguration')
      .filter(({ place, severity }) => !isDeleted(place) && isAtLeast(severity, settings.atLeast))
      .filter(({ check }) => matchesAny(settings.checks, check) && !matchesAny(settings.except, check))
      .map((finding) => aboutFinding(finding, { why: finding.detail ?? `${finding.check} (${finding.severity})` }));
    return { violations };
  },
};
