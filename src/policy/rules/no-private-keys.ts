import type { PrivateKeyFinding } from '../../model/index.ts';
import { mendSecret, stillShips } from './left-behind.ts';
import { matchesAny } from '../pattern.ts';
import { aboutFinding } from '../rule.ts';
import type { Rule } from '../rule.ts';

interface Settings {
  readonly allowEncrypted: boolean;
  readonly exceptPaths: readonly string[];
}

/** No private key in any layer. */
export const noPrivateKeys: Rule<Settings> = {
  name: 'no-private-keys',
  summary: 'No private key (SSH, TLS, PGP) in any layer.',
  explanation:
    'A key in an image is shared by everyone who can pull it. Deleted ones count: their layer still ships. Keys under a ' +
    'passphrase count too unless allowEncrypted is true; a key of which it is not known whether it has one counts.',
  needs: ['files'],
  defaults: { allowEncrypted: false, exceptPaths: [] },
  settings: (z) => ({
    allowEncrypted: z.boolean().describe('Accept keys under a passphrase. Default false.'),
    exceptPaths: z
      .array(z.string().max(4096))
      .describe('Patterns on paths that may hold keys (test data). Default none.'),
  }),
  check(record, settings) {
    const violations = record.findings
      .filter((finding): finding is PrivateKeyFinding => finding.kind === 'private-key')
      .filter(({ encrypted }) => !(settings.allowEncrypted && encrypted === true))
      .filter(({ place }) => place.path === undefined || !matchesAny(settings.exceptPaths, place.path))
      .map((finding) =>
        aboutFinding(finding, {
          why: stillShips(finding.place) ?? 'whoever can pull the image has the key',
          mend: mendSecret(finding.place).replace('the credential', 'the key'),
        }),
      );
    return { violations };
  },
};
