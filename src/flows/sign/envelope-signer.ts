import { openSigner, type Signer, signMessage, signStatement, type SignerOptions } from '../../trust/index.ts';
import type { OnlineServices } from './online-services.ts';

/** What signs: a key, or a log-in that Sigstore certifies; with or without witnesses. */
export interface SigningOptions extends SignerOptions {
  /** The key: a file, `env://VARIABLE`, `exec:PROGRAM`. */
  readonly key?: string;
  /** OIDC token of a log-in: signs with a key of the moment, which Sigstore certifies. */
  readonly identityToken?: string;
  readonly fulcioUrl?: string;
  /** Transparency log; with a key only where it is named. */
  readonly rekorUrl?: string;
  /** Time stampers (RFC 3161): their stamps prove when it was signed. */
  readonly timestampUrls?: readonly string[];
}

/** Signs statements and messages into Sigstore bundles. */
export interface EnvelopeSigner {
  /** Who signs, for people: `key sha256:…`, `the log-in`. */
  readonly who: string;
  statement(statement: Uint8Array): Promise<Buffer>;
  message(message: Uint8Array): Promise<{ readonly bundle: Buffer; readonly signature: Buffer }>;
  /** The bare key, where one signs without services: for cosign's older form. */
  readonly signer?: Signer;
}

/** Opens what signs. Services are loaded, and asked, only where some are named. */
export async function openEnvelopeSigner(options: SigningOptions): Promise<EnvelopeSigner> {
  const { key, identityToken, rekorUrl, timestampUrls = [] } = options;
  const signer = key === undefined ? undefined : await openSigner(key, options);
  const isKeyless = signer === undefined && identityToken !== undefined;
  const who = signer === undefined ? 'the log-in' : `key ${signer.publicKey.id.slice(0, 19)}`;
  if (!isKeyless && rekorUrl === undefined && timestampUrls.length === 0) {
    const { needsKey } = await import('./needs-key.ts');
    const bare = signer ?? needsKey();
    return {
      who,
      signer: bare,
      statement: (statement) => signStatement(statement, bare),
      message: (message) => signMessage(message, bare),
    };
  }
  const { openOnlineServices } = await import('./online-services.ts');
  const services: OnlineServices = openOnlineServices({
    ...(signer === undefined ? { identityToken: identityToken! } : { signer }),
    fulcioUrl: options.fulcioUrl,
    rekorUrl,
    timestampUrls,
    env: options.env,
    signal: options.signal,
  });
  return { who, ...services };
}
