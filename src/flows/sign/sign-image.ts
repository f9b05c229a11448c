import { findSubject, openRepository, parseReference, type RepositoryOptions } from '../../image/index.ts';
import { CodedError, type Digest } from '../../model/index.ts';
import { signPredicateType, simplePayload, statementBytes } from '../../trust/index.ts';
import { attachBundle, attachSimple } from './attach.ts';
import { openEnvelopeSigner, type SigningOptions } from './envelope-signer.ts';

export interface SignImageOptions extends SigningOptions {
  readonly now: Date;
  /** `bundle`: as cosign 3 does, found by what refers to the image. `simple`: as cosign 1 and 2 did, under a tag. */
  readonly form: 'bundle' | 'simple';
  readonly platform?: string;
  /** Of an index: each image that it lists, too. */
  readonly recursive: boolean;
  readonly registry: RepositoryOptions;
}

/** What was signed, and what came of it. */
export interface Signed {
  readonly repository: string;
  readonly subject: Digest;
  /** Manifest of the signature. */
  readonly manifest: Digest;
  readonly who: string;
}

/** Signs an image of a registry by its digest, and pushes the signature beside it. @throws CodedError */
export async function signImage(name: string, options: SignImageOptions): Promise<readonly Signed[]> {
  const reference = parseReference(name.replace(/^registry:/, ''));
  const signing = await openEnvelopeSigner(options);
  const repository = openRepository(reference, options.registry);
  try {
    const found = await findSubject(repository, reference, options.platform);
    const signed: Signed[] = [];
    for (const subject of options.recursive ? [found, ...found.listed] : [found]) {
      if (options.form === 'simple' && signing.signer === undefined)
        throw new CodedError('no-key', 'the older form takes a key alone, without log-ins, logs or time stamps', {
          kind: 'usage',
          hint: 'Leave --form simple away',
        });
      const { digest } = subject;
      let manifest: Digest;
      if (options.form === 'simple') {
        const payload = simplePayload(digest, repository.label);
        const signature = await signing.signer!.sign(payload);
        manifest = await attachSimple(repository, subject, { payload, signature });
      } else {
        const bundle = await signing.statement(statementBytes({ digest }, signPredicateType, {}));
        manifest = await attachBundle(repository, subject, {
          bundle,
          predicateType: signPredicateType,
          now: options.now,
        });
      }
      signed.push({ repository: repository.label, subject: digest, manifest, who: signing.who });
    }
    return signed;
  } finally {
    repository.close();
  }
}
