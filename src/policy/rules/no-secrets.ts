import { isAtLeast } from '../../model/index.ts';
import type { SecretFinding } from '../../model/index.ts';
import { mendSecret, stillShips } from './left-behind.ts';
import { matchesAny } from '../pattern.ts';
import { aboutFinding } from '../rule.ts';
import type { Rule } from '../rule.ts';

interface Settings {
  readonly atLeast: 'critical' | 'high' | 'medium' | 'low';
  readonly exceptPaths: readonly string[];
  readonly exceptKinds: readonly string[];
}

/** No credential anywhere in the image, in any layer. */
export const noSecrets: Rule<Settings> = {
  name: 'no-secrets',
  summary: 'No credential in files, variables, build arguments, history or labels, in any layer.',
  explanation:
    'Whoever can pull the image has the secret. What a later layer deleted still ships in the lower one, so it counts. ' +
    'The mend is always to revoke: a rebuilt image does not take back what was pulled.',
  needs: ['files', 'configuration'],
  defaults: { atLeast: 'low', exceptPaths: [], exceptKinds: [] },
  settings: (z) => ({
    atLeast: z.enum(['critical', 'high', 'medium', 'low']).describe('The lightest severity that counts. Default low.'),
    exceptPaths: z
      .array(z.string().max(4096))
      .describe('Patterns on paths that may hold credentials (test data). Default none.'),
    exceptKinds: z
      .array(z.string().max(200))
      .describe('Patterns on kinds of secret (aws-access-key-id). Default none.'),
  }),
  check(record, settings) {
    const violations = record.findings
      .filter((finding): finding is SecretFinding => finding.kind === 'secret')
      .filter(({ severity }) => severity === 'unknown' || isAtLeast(severity, settings.atLeast))
      .filter(({ rule }) => !matchesAny(settings.exceptKinds, rule))
      .filter(({ place }) => place.path === undefined || !matchesAny(settings.exceptPaths, place.path))
      .map(draft);
    return { violations };
  },
};

function draft(finding: SecretFinding) {
  return aboutFinding(finding, {
    what: `${finding.title} ${finding.redacted}`,
    why: stillShips(finding.place) ?? 'whoever can pull the image can use it',
    mend: mendSecret(finding.place),
  });
}
