import type { StepName, VerdictResult, Verification, VerificationStep } from '../../model/index.ts';
import { mendOf } from '../refusal.ts';
import type { TrustRoot } from '../root/trust-root.ts';
import type { Attempt, Examined, ExaminedImage } from './examine.ts';
import { provenanceStep } from './provenance-step.ts';
import { verdictStep } from './verdict-step.ts';

export interface StepsOptions {
  /** How the user called the image. */
  readonly name: string;
  readonly root: TrustRoot;
  readonly now: Date;
  /** The steps beyond the signature that are asked. */
  readonly asked: { readonly provenance: boolean; readonly verdict: boolean };
  readonly hasUnsignedProvenance: boolean;
}

/**
 * The verification as its own summary: signature, whose it is, what it is about, what it was built from, how it was
 * judged. Pure: what was examined and the time decide.
 */
export function verificationOf(examined: Examined, image: ExaminedImage, options: StepsOptions): Verification {
  const { evidence, attempts } = examined;
  const { root, now, asked } = options;
  const signed = signatureSteps(examined, image, root);
  const holds = signed.every(({ result }) => result === 'pass');
  const unasked = (step: StepName, wanted: boolean): VerificationStep => ({
    step,
    result: 'not-asked',
    what: wanted ? 'not looked at: a step before it failed' : 'not asked',
  });
  const { attestations, bases } = evidence;
  const { hasUnsignedProvenance: hasUnsigned } = options;
  const provenance =
    holds && asked.provenance
      ? provenanceStep(attestations, {
          root,
          attempts,
          hasUnsigned,
          ...(bases === undefined ? {} : { bases }),
        })
      : unasked('provenance', asked.provenance);
  const verdict =
    holds && asked.verdict
      ? verdictStep(attestations, { root, repository: image.repository, now, attempts })
      : unasked('verdict', asked.verdict);
  const steps = [...signed, provenance, verdict];
  return {
    image: options.name,
    digest: image.digest,
    repository: image.repository,
    result: resultOf(steps),
    steps,
    evidence,
  };
}

function resultOf(steps: readonly VerificationStep[]): VerdictResult {
  if (steps.some(({ result }) => result === 'fail')) return 'fail';
  return steps.some(({ result }) => result === 'cannot-tell') ? 'cannot-tell' : 'pass';
}

const order = ['signature', 'identity', 'subject', 'done'] as const;

/** The three steps of the signature that got furthest. */
function signatureSteps({ evidence, attempts }: Examined, image: ExaminedImage, root: TrustRoot): VerificationStep[] {
  const ofImages = attempts.filter(({ predicateType }) => predicateType === undefined);
  const best = ofImages.reduce<Attempt | undefined>(
    (furthest, each) =>
      furthest === undefined || order.indexOf(each.step) > order.indexOf(furthest.step) ? each : furthest,
    undefined,
  );
  const pass = (step: StepName, what: string): VerificationStep => ({ step, result: 'pass', what });
  const failed = best?.refusal;
  const steps: VerificationStep[] = [];
  if (best === undefined) {
    const attested = attempts.length > 0;
    const code = attested ? 'other-type' : 'unsigned';
    const what = attested
      ? `there are ${attempts.length} attestations of it, but no signature`
      : `there is no signature of ${short(image.digest)}`;
    steps.push({ step: 'signature', result: 'fail', code, what, mend: mendOf(code) });
  } else {
    const signature = evidence.signatures[0];
    const more = evidence.signatures.length - 1;
    if (best.step !== 'signature')
      steps.push(pass('signature', `${best.where} holds${more > 0 ? `, and ${more} more` : ''}`));
    if (best.step === 'subject' || best.step === 'done') {
      const { signer } = best;
      const by = signer?.identity === undefined ? `key ${short(signer?.keyId ?? '')}` : signer.identity.subject;
      const when = signature?.provenAt === undefined ? '' : `, signed by ${signature.provenAt}`;
      // A key or log-in that the user names is a trust root of its own, with nothing more to its name.
      const whose = root.name === signer?.name ? root.name : `${signer?.name ?? ''} of trust root ${root.name}`;
      steps.push(pass('identity', whose === by ? `${whose}${when}` : `${whose} (${by})${when}`));
    }
    if (best.step === 'done')
      steps.push(
        pass(
          'subject',
          signature?.subject === image.index && image.index !== undefined
            ? `the index ${short(image.index)}, which lists ${short(image.digest)}`
            : `${short(image.digest)}, the very digest`,
        ),
      );
    if (failed !== undefined && best.step !== 'done')
      steps.push({ step: best.step, result: 'fail', code: failed.code, what: failed.what, mend: mendOf(failed.code) });
  }
  for (const step of ['signature', 'identity', 'subject'] as const)
    if (!steps.some((each) => each.step === step))
      steps.push({ step, result: 'not-asked', what: 'not looked at: a step before it failed' });
  return steps;
}

/** Enough of a digest to tell it from others; the whole one stands beside the steps. */
function short(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
