import { CodedError, type Digest, parseDigest } from '../../../model/index.ts';
import {
  algorithmOf,
  artifactDocument,
  type ArtifactManifest,
  type ArtifactToPush,
  type Descriptor,
  digestOf,
  emptyBlob,
  manifestLimitBytes,
  parseArtifact,
  parseReferrers,
  verifyBytes,
} from '../../oci/index.ts';
import type { ImageReference } from '../../reference.ts';
import { documentCache, noDocuments } from '../document-cache.ts';
import type { SourceOptions } from '../source.ts';
import { answerCache, noAnswers } from './answer-cache.ts';
import { openRegistryClient, type RegistryClient } from './client.ts';
import { deleteManifest, hasBlob, pushBlob, pushManifest } from './push.ts';
import { type BlobToPush, pushLargeBlob } from './push-large.ts';
import { type ListPlace, listReferrer, unlistReferrer } from './referrer-list.ts';
import { askReferrers, fallbackTag } from './referrers.ts';
import { readWhole } from './whole-document.ts';

/** A repository of a registry as a place for what stands beside images: signatures, attestations, SBOMs. */
export interface Repository {
  readonly registry: string;
  readonly repository: string;
  /** `registry.example.com/team/app` */
  readonly label: string;
  /** The manifest or index of a tag or digest; undefined where there is none. */
  manifest(wanted: string): Promise<HeldManifest | undefined>;
  /** A manifest of anything, by its digest. */
  artifact(digest: Digest): Promise<ArtifactManifest>;
  /** A blob, checked against its descriptor. */
  blob(descriptor: Pick<Descriptor, 'digest' | 'sizeBytes'>, limitBytes: number): Promise<Uint8Array>;
  /** What refers to a manifest, by the referrers API or its fallback tag (distribution-spec § Listing Referrers). */
  referrers(subject: Digest): Promise<readonly Descriptor[]>;
  /** Pushes an artifact that refers to its subject, however this registry keeps such. */
  attach(artifact: ArtifactToPush): Promise<Digest>;
  pushBlob(bytes: Uint8Array): Promise<Digest>;
  hasBlob(digest: Digest): Promise<boolean>;
  /** Pushes a blob of any size in chunks, each sent again from where it broke off; unless it is there. */
  pushLargeBlob(blob: BlobToPush): Promise<void>;
  /** Pushes a manifest under a tag, or under its digest alone. */
  pushManifest(bytes: Uint8Array, mediaType: string, tag?: string): Promise<Digest>;
  /**
   * Takes an artifact away, with the tags that point at it, and out of the list that stands in for the referrers API.
   * @throws CodedError `registry-denied` also where a registry lets nobody delete.
   */
  detach(digest: Digest): Promise<void>;
  close(): void;
}

/** A manifest as it lies there. */
export interface HeldManifest {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

export interface RepositoryOptions extends SourceOptions {
  /** How long a kept answer to what may change (tags, referrers) is taken for true. Default 0: it is asked each time. */
  readonly answersFreshForMs?: number;
  readonly nowMs?: number;
  /** Nothing is kept of what was read: what is asked is what lies there. */
  readonly isUncached?: boolean;
}

const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
/** Times that the list in the fallback tag is written, and looked at again. */

/** Opens a repository. The connection is made at the first question that the cache can't answer. */
export function openRepository(
  { registry, repository }: Pick<ImageReference, 'registry' | 'repository'>,
  options: RepositoryOptions,
): Repository {
  const label = `${registry}/${repository}`;
  const { signal } = options;
  const isUncached = options.isUncached === true;
  const documents = isUncached ? noDocuments : documentCache(options.cacheDirectory);
  const answers = isUncached ? noAnswers : answerCache(options.cacheDirectory, label);
  let opened: Promise<RegistryClient> | undefined;
  const client = (what: string): Promise<RegistryClient> => {
    if (options.offline === true)
      throw new CodedError('offline', `${what} of ${label} was never read here, and --offline forbids the network`, {
        hint: 'Run it once without --offline: what is read then is kept',
      });
    return (opened ??= openRegistryClient({ registry, repository }, options));
  };
  const known = (question: string): string | null | undefined => {
    const kept = answers.get(question);
    if (kept === undefined) return undefined;
    if (options.offline === true) return kept.answer;
    const freshForMs = options.answersFreshForMs ?? 0;
    return freshForMs > 0 && kept.atMs + freshForMs > (options.nowMs ?? Date.now()) ? kept.answer : undefined;
  };

  async function fetchManifest(wanted: string): Promise<HeldManifest | undefined> {
    const what = `the manifest ${wanted}`;
    const read = await readWhole(await client(what), `manifests/${wanted}`, {
      limit: manifestLimitBytes,
      what: `${what} of ${label}`,
      accept: accepted,
      mayBeMissing: true,
      signal,
    });
    if (read === undefined) return undefined;
    const { bytes, headers } = read;
    const asked = parseDigest(wanted);
    const said = parseDigest(headers['docker-content-digest']);
    for (const digest of [asked, said]) if (digest !== undefined) verifyBytes(bytes, digest, `${what} of ${label}`);
    const digest = asked ?? said ?? digestOf(bytes);
    documents.put(digest, bytes);
    return { digest, bytes, mediaType: mediaTypeOf(bytes, headers['content-type']) };
  }

  function kept(digest: Digest): HeldManifest | undefined {
    const bytes = documents.get(digest);
    return bytes === undefined ? undefined : { digest, bytes, mediaType: mediaTypeOf(bytes, undefined) };
  }

  async function manifest(wanted: string): Promise<HeldManifest | undefined> {
    const asked = parseDigest(wanted);
    if (asked !== undefined) return kept(asked) ?? (await fetchManifest(wanted));
    const answer = known(`tag ${wanted}`);
    if (answer === null) return undefined;
    const digest = parseDigest(answer);
    const held = digest === undefined ? undefined : kept(digest);
    if (held !== undefined) return held;
    const found = await fetchManifest(wanted);
    answers.put(`tag ${wanted}`, found?.digest ?? null);
    return found;
  }

  async function blob(
    { digest, sizeBytes }: Pick<Descriptor, 'digest' | 'sizeBytes'>,
    limit: number,
  ): Promise<Uint8Array> {
    const what = `the blob ${digest} of ${label}`;
    if (sizeBytes > limit)
      throw new CodedError('too-large', `${what} should have ${sizeBytes} bytes, more than the limit of ${limit}`);
    const held = documents.get(digest);
    if (held !== undefined) return held;
    const read = await readWhole(await client(`the blob ${digest}`), `blobs/${digest}`, {
      limit: sizeBytes,
      what,
      accept: '*/*',
      signal,
    });
    const { bytes } = read!;
    if (bytes.length !== sizeBytes)
      throw new CodedError('size-mismatch', `${what} should have ${sizeBytes} bytes but has ${bytes.length}`);
    if (digestOf(bytes, algorithmOf(digest)) !== digest) verifyBytes(bytes, digest, what);
    documents.put(digest, bytes);
    return bytes;
  }

  async function referrers(subject: Digest): Promise<readonly Descriptor[]> {
    const what = `what refers to ${subject} in ${label}`;
    const answer = known(`referrers ${subject}`);
    if (answer === null) return [];
    if (answer !== undefined) return parseReferrers(Buffer.from(answer), what);
    const asked = await askReferrers(await client(`what refers to ${subject}`), subject, signal);
    if (asked !== undefined) {
      answers.put(`referrers ${subject}`, JSON.stringify({ schemaVersion: 2, manifests: asked.raw }));
      return asked.descriptors;
    }
    const index = await fetchManifest(fallbackTag(subject));
    answers.put(`referrers ${subject}`, index === undefined ? null : Buffer.from(index.bytes).toString('utf8'));
    return index === undefined ? [] : parseReferrers(index.bytes, what);
  }

  async function putManifest(bytes: Uint8Array, mediaType: string, tag?: string) {
    const pushed = await pushManifest(await client('a manifest'), { bytes, mediaType, tag }, signal);
    documents.put(pushed.digest, bytes);
    return pushed;
  }

  const list: ListPlace = {
    label,
    fetch: fetchManifest,
    put: putManifest,
    remove: async (digest) => deleteManifest(await client(`the manifest ${digest}`), digest, signal),
  };

  return {
    registry,
    repository,
    label,
    manifest,
    blob,
    referrers,
    async artifact(digest) {
      const held = await manifest(digest);
      if (held === undefined) throw new CodedError('image-not-found', `${label} has no ${digest}`);
      return parseArtifact(held.bytes, `the manifest ${digest} of ${label}`);
    },
    async attach(artifact) {
      const connection = await client('an artifact');
      await pushBlob(connection, emptyBlob, signal);
      documents.put(await pushBlob(connection, artifact.blob, signal), artifact.blob);
      const { bytes, mediaType, digest, entry } = artifactDocument(artifact);
      const { subjectIsKnown } = await putManifest(bytes, mediaType);
      if (!subjectIsKnown) await listReferrer(list, artifact.subject.digest, entry);
      return digest;
    },
    pushBlob: async (bytes) => pushBlob(await client('a blob'), bytes, signal),
    hasBlob: async (digest) => hasBlob(await client(`the blob ${digest}`), digest, signal),
    pushLargeBlob: async (blob) => pushLargeBlob(await client('a blob'), blob, signal),
    pushManifest: async (bytes, mediaType, tag) => (await putManifest(bytes, mediaType, tag)).digest,
    async detach(digest) {
      const held = await manifest(digest);
      const subject = held && parseArtifact(held.bytes, `the manifest ${digest} of ${label}`).subject;
      if (subject !== undefined) await unlistReferrer(list, subject, digest);
      await list.remove(digest);
    },
    close: () =>
      void opened?.then(
        (connection) => connection.close(),
        () => undefined,
      ),
  };
}

/** The document's own word, else the registry's. */
function mediaTypeOf(bytes: Uint8Array, said: string | undefined): string {
  const own = /"mediaType"\s*:\s*"(application\/[\w.+-]{1,200})"/.exec(Buffer.from(bytes).toString('latin1', 0, 300));
  return own?.[1] ?? said?.split(';')[0]?.trim() ?? manifestType;
}
