import { findSubject, openRepository, parseReference, type RepositoryOptions } from '../../image/index.ts';
import { CodedError, type Digest } from '../../model/index.ts';
import { type PredicateKind, predicateKind, statementBytes } from '../../trust/index.ts';
import { attachBundle, attachEnvelope } from '../sign/attach.ts';
import { openEnvelopeSigner, type SigningOptions } from '../sign/envelope-signer.ts';

export interface AttestOptions extends SigningOptions {
  readonly now: Date;
  /** What `--type` names: a known kind or a URI. */
  readonly type: string;
  /** Makes the predicate for the image that was found. */
  predicate(subject: AttestedImage, kind: PredicateKind): Promise<unknown>;
  readonly form: 'bundle' | 'simple';
  readonly platform?: string;
  /** The attested thing is one image, never an index: for predicates that a scan makes. */
  readonly onlyImages?: boolean;
  readonly registry: RepositoryOptions;
}

export interface AttestedImage {
  /** `registry/repository@sha256:…` */
  readonly reference: string;
  readonly digest: Digest;
}

/** What was attested, and where that lies. */
export interface Attested {
  readonly repository: string;
  readonly subject: Digest;
  readonly predicateType: string;
  readonly manifest: Digest;
  readonly who: string;
}

/** Signs a statement about an image of a registry and pushes it beside the image. @throws CodedError */
export async function attestImage(name: string, options: AttestOptions): Promise<Attested> {
  const kind = predicateKind(options.type);
  const reference = parseReference(name.replace(/^registry:/, ''));
  const signing = await openEnvelopeSigner(options);
  const repository = openRepository(reference, options.registry);
  try {
    const subject = await findSubject(repository, reference, options.platform);
    if (subject.listed.length > 0 && options.onlyImages === true)
      throw new CodedError('index-not-image', `${name} is an index of ${subject.listed.length} images`, {
        kind: 'usage',
        hint: 'Say which with --platform',
      });
    const { digest } = subject;
    const predicate = await options.predicate({ reference: `${repository.label}@${digest}`, digest }, kind);
    const complaint = kind.complaint?.(predicate);
    if (complaint !== undefined)
      throw new CodedError('bad-predicate', `this is no predicate of type ${kind.names[0]!}: ${complaint}`);
    const predicateType = kind.types[0]!;
    const statement = statementBytes({ name: repository.label, digest }, predicateType, predicate);
    const bundle = await signing.statement(statement);
    const manifest =
      options.form === 'bundle'
        ? await attachBundle(repository, subject, { bundle, predicateType, now: options.now })
        : await attachEnvelope(repository, subject, { envelope: envelopeIn(bundle), predicateType });
    return { repository: repository.label, subject: digest, predicateType, manifest, who: signing.who };
  } finally {
    repository.close();
  }
}

/** The older form has the envelope alone. */
function envelopeIn(bundle: Buffer): Buffer {
  const { dsseEnvelope, verificationMaterial } = JSON.parse(bundle.toString('utf8')) as {
    dsseEnvelope: object;
    verificationMaterial: { publicKey?: object };
  };
  if (verificationMaterial.publicKey === undefined)
    throw new CodedError('no-key', 'the older form takes a key alone, without log-ins, logs or time stamps', {
      kind: 'usage',
      hint: 'Leave --form simple away',
    });
  return Buffer.from(JSON.stringify(dsseEnvelope));
}
