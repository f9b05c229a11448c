import { createHash } from 'node:crypto';
import { CodedError, sha256Digest } from '../../model/index.ts';
import { type PublicKey, parsePublicKey } from '../keys/public-key.ts';
import { parseSigstoreRoot } from '../bundle/trusted-root.ts';
import type { TrustRootText } from './schema.ts';
import type { EnrolledIdentity, EnrolledKey, Term, TrustRoot } from './trust-root.ts';
import { invalidTrustRoot, readTrustRootDocument, type TrustRootDocument } from './trust-root-document.ts';

const usualVerdictDays = 7;

/** Reads a file that a trust root names, relative to its own folder. */
export type ReadBeside = (name: string) => Promise<Uint8Array>;

/**
 * Reads a trust root.
 * @throws CodedError `invalid-trust-root` with line and column; `bad-trusted-root` for what it names.
 */
export async function parseTrustRoot(text: string, fileName: string, readBeside: ReadBeside): Promise<TrustRoot> {
  const read = await readTrustRootDocument(text, fileName);
  const { metadata, sources, bases, endorsers, verdict, sigstore, builders = [], people = [] } = read.value;
  const complaints: string[] = [];
  const keys = keyReader(read, complaints);
  const root: TrustRoot = {
    name: metadata.name,
    ...(metadata.description === undefined ? {} : { description: metadata.description }),
    digest: sha256Digest(createHash('sha256').update(text).digest('hex')),
    sources: sources ?? [],
    bases: bases ?? [],
    endorsers: endorsers ?? [],
    verdict: { maxAgeDays: verdict?.maxAgeDays ?? usualVerdictDays, policies: verdict?.policies ?? [] },
    builders: builders.map(({ name, description, repositories, builderId, sources: own, identities }, index) => ({
      name,
      repositories,
      ...(description === undefined ? {} : { description }),
      ...(builderId === undefined ? {} : { builderId }),
      ...(own === undefined ? {} : { sources: own }),
      keys: keys('builders', index),
      identities: (identities ?? []).map(identityOf),
    })),
    people: people.map(({ name, roles, repositories, identities }, index) => ({
      name,
      roles: roles ?? [],
      repositories,
      keys: keys('people', index),
      identities: (identities ?? []).map(identityOf),
    })),
    ...(sigstore === undefined ? {} : { sigstoreFile: sigstore.trustedRoot }),
  };
  complaints.push(...repeatedNames(read));
  if (complaints.length > 0) throw invalidTrustRoot(complaints);
  if (sigstore === undefined) return root;
  const bytes = await readBeside(sigstore.trustedRoot);
  // Whom Sigstore trusts is part of whom we trust: another file is another trust root.
  const digest = createHash('sha256').update(text).update(bytes).digest('hex');
  return { ...root, digest: sha256Digest(digest), sigstore: parseSigstoreRoot(bytes, sigstore.trustedRoot) };
}

/** Gives the keys of a builder or person; what is wrong with one, and a key that two have, becomes a complaint. */
function keyReader({ value, locate }: TrustRootDocument, complaints: string[]) {
  const owners = new Map<string, string>();
  return (list: 'builders' | 'people', index: number): EnrolledKey[] => {
    const { name, keys = [] } = (value[list] as NonNullable<TrustRootText['people']>)[index]!;
    return keys.flatMap(({ publicKey, ...term }, place): EnrolledKey[] => {
      const path = [list, index, 'keys', place, 'publicKey'];
      let key: PublicKey;
      try {
        key = parsePublicKey(publicKey, 'the public key');
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        complaints.push(`${locate(path)}: ${error.message}`);
        return [];
      }
      const owner = owners.get(key.id);
      // A key that names two could not be told apart: who revokes one of them would not revoke the other.
      if (owner !== undefined) complaints.push(`${locate(path)}: ${owner} has this key already`);
      owners.set(key.id, name);
      return [{ key, ...termOf(term) }];
    });
  };
}

function identityOf({ issuer, subject, ...term }: Term & { issuer: string; subject: string }): EnrolledIdentity {
  return { issuer, subject, ...termOf(term) };
}

function termOf({ from, until, revoked }: Term): Term {
  return {
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(revoked === undefined ? {} : { revoked }),
  };
}

function repeatedNames({ value, locate }: TrustRootDocument): string[] {
  const seen = new Set<string>();
  const complaints: string[] = [];
  for (const list of ['builders', 'people'] as const)
    for (const [index, { name }] of (value[list] ?? []).entries()) {
      if (seen.has(name)) complaints.push(`${locate([list, index, 'name'])}: ${name} stands above already`);
      seen.add(name);
    }
  return complaints;
}
