import { CodedError, type Digest } from '../../../model/index.ts';
import { parseReferrers } from '../../oci/index.ts';
import { fallbackTag } from './referrers.ts';

/** What the list is read and written by. */
export interface ListPlace {
  readonly label: string;
  fetch(tag: string): Promise<{ readonly digest: Digest; readonly bytes: Uint8Array } | undefined>;
  put(bytes: Uint8Array, mediaType: string, tag: string): Promise<unknown>;
  remove(digest: Digest): Promise<unknown>;
}

const indexType = 'application/vnd.oci.image.index.v1+json';
/** Others may write the list at the same time; whoever writes last must find the others' entries, so each looks again. */
const rounds = 4;
const hint = 'Others write it at the same time: try again; a registry with the referrers API needs no such tag';

/**
 * Writes what refers to an image into the list that clients keep where a registry has no referrers API (distribution-spec § Pushing
 * Manifests with Subject).
 * @throws CodedError `referrer-not-listed` where others write without end; `bad-manifest`
 */
export async function listReferrer(
  place: ListPlace,
  subject: Digest,
  entry: object & { readonly digest: Digest },
): Promise<void> {
  const tag = fallbackTag(subject);
  for (let round = 0; round < rounds; round++) {
    const { document, entries } = await readList(place, tag);
    if (entries.some(({ digest }) => digest === entry.digest)) return;
    await writeList(place, tag, { ...document, manifests: [...entries, entry] });
  }
  throw new CodedError('referrer-not-listed', `${place.label}: the tag ${tag} keeps losing what was pushed`, { hint });
}

/**
 * Takes what refers to an image out of that list again; a list that is empty then goes.
 * @throws CodedError `referrer-still-listed` where others write without end; `bad-manifest`
 */
export async function unlistReferrer(place: ListPlace, subject: Digest, gone: Digest): Promise<void> {
  const tag = fallbackTag(subject);
  for (let round = 0; round < rounds; round++) {
    const { digest: list, document, entries } = await readList(place, tag);
    const left = entries.filter(({ digest }) => digest !== gone);
    if (left.length === entries.length) return;
    if (left.length === 0) return void (await place.remove(list!));
    await writeList(place, tag, { ...document, manifests: left });
  }
  throw new CodedError(
    'referrer-still-listed',
    `${place.label}: the tag ${tag} keeps naming what was taken out of it`,
    { hint },
  );
}

interface ReferrerList {
  /** Of the list as it lies there; undefined where there is none. */
  readonly digest?: Digest;
  readonly document: object;
  /** As others wrote them: more may stand in each than we know of. */
  readonly entries: readonly { readonly digest?: unknown }[];
}

async function readList({ label, fetch }: ListPlace, tag: string): Promise<ReferrerList> {
  const held = await fetch(tag);
  if (held === undefined) return { document: {}, entries: [] };
  // What is no list of referrers is refused before it is taken for one.
  parseReferrers(held.bytes, `the tag ${tag} of ${label}`);
  const document = JSON.parse(Buffer.from(held.bytes).toString('utf8')) as { readonly manifests?: unknown };
  const { manifests } = document;
  const entries = Array.isArray(manifests) ? (manifests as { readonly digest?: unknown }[]) : [];
  return { digest: held.digest, document, entries };
}

async function writeList(place: ListPlace, tag: string, document: object): Promise<void> {
  const index = { schemaVersion: 2, mediaType: indexType, ...document };
  await place.put(Buffer.from(JSON.stringify(index)), indexType, tag);
}
