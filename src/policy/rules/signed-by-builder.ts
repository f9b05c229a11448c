import { matchesAny } from '../pattern.ts';
import type { Rule } from '../rule.ts';
import { evidenceOr, missingSetting, refusedText, vouchingDraft, type VouchingSettings } from '../vouching.ts';

interface Settings extends VouchingSettings {
  readonly builders: readonly string[];
}

/** An enrolled builder signed the image. */
export const signedByBuilder: Rule<Settings> = {
  name: 'signed-by-builder',
  summary: 'A builder that the trust root names signed this very image.',
  explanation:
    'What no builder signed may come from anywhere: a laptop, a stolen token. The signature counts where the trust root ' +
    'lets that builder sign for this repository, and its key neither ended nor was revoked by then. A signature of the index ' +
    'counts for the images that it lists. builders narrows it to some of them.',
  needs: [],
  defaults: { missing: 'cannot-tell', builders: [] },
  settings: (z) => ({
    missing: missingSetting(z),
    builders: z.array(z.string().max(1000)).describe('Patterns on names of builders; empty: any. Default empty.'),
  }),
  check(_record, settings, facts) {
    const looked = evidenceOr(facts, settings, 'who signed it');
    if ('answer' in looked) return looked.answer;
    const { signatures, trustRoot } = looked.evidence;
    const signers = [...new Set(signatures.map(({ signer }) => signer.name))].sort();
    const { builders } = settings;
    if (signers.some((name) => builders.length === 0 || matchesAny(builders, name))) return { violations: [] };
    const what =
      signers.length === 0
        ? `no builder of trust root ${trustRoot.name} signed it`
        : `signed by ${signers.join(', ')}, not by ${builders.join(' or ')}`;
    const why = `the policy demands a builder's signature${refusedText(looked.evidence)}`;
    return {
      violations: [vouchingDraft('signature', what, why, 'build it on an enrolled builder: plimsoll verify says more')],
    };
  },
};
