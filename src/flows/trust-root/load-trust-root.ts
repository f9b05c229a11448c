import path from 'node:path';
import { type Builder, parseTrustRoot, type TrustRoot } from '../../trust/index.ts';
import { readBytes, readText } from '../policy/read-text.ts';

const largestBytes = 4 << 20;

/**
 * The trust root in a file, with Sigstore's trusted root that it names.
 * @throws CodedError `file-unreadable`, `invalid-trust-root` with line and column, `bad-trusted-root`.
 */
export async function loadTrustRoot(file: string): Promise<TrustRoot> {
  return parseTrustRoot(await readText(file, largestBytes), file, (name) =>
    readBytes(path.resolve(path.dirname(file), name), largestBytes),
  );
}

/** A trust root of one signer, for those who name a key or a log-in instead of a file: it asks nothing else. */
export function trustRootOf(builder: Builder, sigstore: TrustRoot['sigstore']): TrustRoot {
  return {
    name: builder.name,
    digest: `sha256:${'0'.repeat(64)}` as TrustRoot['digest'],
    builders: [builder],
    people: [],
    sources: [],
    bases: [],
    endorsers: [],
    verdict: { maxAgeDays: 7, policies: [] },
    ...(sigstore === undefined ? {} : { sigstore }),
  };
}

/** A trust root that trusts nobody: for noting what there is. */
export const nobodysTrustRoot: TrustRoot = {
  ...{ name: 'nobody', digest: `sha256:${'0'.repeat(64)}` as TrustRoot['digest'] },
  ...{ builders: [], people: [], sources: [], bases: [], endorsers: [], verdict: { maxAgeDays: 7, policies: [] } },
};
