import { CodedError } from '../../model/index.ts';
import { readDocument, type Store } from '../../server-store/index.ts';
import { parseTrustRoot, type TrustRoot } from '../../trust/index.ts';

/** Where the organisation's trust root, and what of Sigstore it trusts, stand among documents. */
export const trustDocuments = { root: 'organisation', sigstore: 'organisation-sigstore' } as const;

/** The trust root that people wrote at a server. */
export interface KeptTrust {
  readonly version: number;
  readonly text: string;
  /** `trusted_root.json` of Sigstore, where the text names one. */
  readonly sigstore: string | undefined;
  readonly writtenBy: string;
  readonly writtenAt: string;
  readonly why: string | null;
}

/** Undefined where nobody wrote one. */
export async function keptTrust(store: Store): Promise<KeptTrust | undefined> {
  const root = await readDocument(store, 'trust-root', trustDocuments.root);
  if (root === undefined) return undefined;
  const sigstore = (await readDocument(store, 'trust-root', trustDocuments.sigstore))?.text;
  const { version, text, writtenBy, writtenAt, why } = root;
  return { ...{ version, text, writtenBy, writtenAt, why }, sigstore: sigstore === '' ? undefined : sigstore };
}

/** As mistakes in it begin: `trust root:3:7: …`. */
export const sentTrustName = 'trust root';

/**
 * A trust root that somebody sends. What it names beside itself comes with it.
 * @throws CodedError `invalid-trust-root`, `bad-trusted-root`
 */
export async function readSentTrust(text: string, sigstore: string | undefined): Promise<TrustRoot> {
  return parseTrustRoot(text, sentTrustName, (name) => {
    // It becomes a file beside the trust root again, for the program that scans.
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name))
      throw new CodedError(
        'invalid-trust-root',
        `sigstore.trustedRoot is a plain name of a file here, not ${name.slice(0, 100)}`,
        {
          kind: 'usage',
        },
      );
    if (sigstore === undefined)
      throw new CodedError('invalid-trust-root', `the trust root names ${name}, which was not sent with it`, {
        kind: 'usage',
        hint: 'send its text as sigstore; plimsoll trust apply does',
      });
    return Promise.resolve(Buffer.from(sigstore));
  });
}
