import { bundleToJSON } from '@sigstore/bundle';
import {
  DSSEBundleBuilder,
  FulcioSigner,
  MessageSignatureBundleBuilder,
  RekorWitness,
  type Signer as SigstoreSigner,
  TSAWitness,
  type Witness,
} from '@sigstore/sign';
import { CodedError } from '../../model/index.ts';
import { inTotoType, type Signer, type SignerOptions } from '../../trust/index.ts';
import { timeStamper } from './time-stamper.ts';

/** Signing with Sigstore's services: certificates for log-ins, the transparency log, time stamps. */
export interface OnlineServices {
  statement(statement: Uint8Array): Promise<Buffer>;
  message(message: Uint8Array): Promise<{ readonly bundle: Buffer; readonly signature: Buffer }>;
}

interface ServiceOptions {
  readonly signer?: Signer;
  readonly identityToken?: string;
  readonly fulcioUrl: string | undefined;
  readonly rekorUrl: string | undefined;
  readonly timestampUrls: readonly string[];
  readonly env: SignerOptions['env'];
  readonly signal: AbortSignal;
}

const retry = 2;
const timeout = 30_000;

/** Asks exactly the services that the user names; a log-in without others named asks Sigstore's public ones. */
export function openOnlineServices(options: ServiceOptions): OnlineServices {
  const { signer, identityToken, timestampUrls } = options;
  const sigstore = signer === undefined ? fulcio(identityToken!, options.fulcioUrl) : ofKey(signer);
  const rekorUrl = options.rekorUrl ?? (signer === undefined && timestampUrls.length === 0 ? publicRekor : undefined);
  const witnesses: Witness[] = timestampUrls.map((address) => stamperAt(address, options));
  if (rekorUrl !== undefined)
    witnesses.push(new RekorWitness({ rekorBaseURL: rekorUrl, entryType: 'dsse', retry, timeout }));
  return {
    async statement(statement) {
      const builder = new DSSEBundleBuilder({ signer: sigstore, witnesses });
      const bundle = await asked(() => builder.create({ data: Buffer.from(statement), type: inTotoType }));
      return Buffer.from(JSON.stringify(bundleToJSON(bundle)));
    },
    async message(message) {
      const builder = new MessageSignatureBundleBuilder({ signer: sigstore, witnesses });
      const bundle = await asked(() => builder.create({ data: Buffer.from(message) }));
      const { signature } = bundle.content.messageSignature;
      return { bundle: Buffer.from(JSON.stringify(withoutChain(bundleToJSON(bundle)))), signature };
    },
  };
}

/** A bare address is Sigstore's own service, with its path and its JSON; one with a path speaks RFC 3161. */
function stamperAt(address: string, { env, signal }: ServiceOptions): Witness {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new CodedError('bad-service-address', `${JSON.stringify(address)} is no address of a time stamper`, {
      kind: 'usage',
      hint: '--timestamp-server-url https://tsa.example.com/tsr',
    });
  return url.pathname === '/'
    ? new TSAWitness({ tsaBaseURL: address.replace(/\/$/, ''), retry, timeout })
    : timeStamper({ url, env, signal, timeoutMs: timeout });
}

const publicRekor = 'https://rekor.sigstore.dev';

function fulcio(token: string, fulcioBaseURL: string | undefined): SigstoreSigner {
  const identityProvider = { getToken: () => Promise.resolve(token) };
  return new FulcioSigner({ identityProvider, fulcioBaseURL, retry, timeout });
}

function ofKey(signer: Signer): SigstoreSigner {
  return {
    async sign(data) {
      const { hint, pem } = signer.publicKey;
      return { signature: await signer.sign(data), key: { $case: 'publicKey', hint, publicKey: pem } };
    },
  };
}

/** The library writes message signatures in the form of version 0.2; cosign 3 takes and writes 0.3. */
function withoutChain(bundle: unknown): unknown {
  const { verificationMaterial: material, ...rest } = bundle as {
    verificationMaterial: { x509CertificateChain?: { certificates: readonly unknown[] } };
  };
  if (material.x509CertificateChain === undefined) return bundle;
  const { x509CertificateChain: chain, ...others } = material;
  return {
    ...rest,
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { certificate: chain.certificates[0], ...others },
  };
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    const { message, cause: inner } = cause as Error & { cause?: unknown };
    const why = inner instanceof Error ? `${message}: ${inner.message}` : message;
    throw new CodedError('signing-service-failed', `a signing service did not do its part: ${why}`, {
      hint: 'Is the token fresh, and are --fulcio-url, --rekor-url and --timestamp-server-url right?',
      cause,
    });
  }
}
