import { CodedError, type Digest, parseDigest } from '../../../model/index.ts';
import { displayText, type JsonKind, objectOf, parseJson, textListField } from '../../oci/index.ts';
import type { RegistryClient } from './client.ts';
import { type HttpAnswer, readBody, TransferError } from './http.ts';

const pageLimitBytes = 4 << 20;
const pageSize = 500;
const mostPages = 10_000;

/** Names of all repositories of a registry, page by page (distribution's catalogue; not every registry has one). */
export async function* listRepositories(
  client: RegistryClient,
  signal: AbortSignal,
): AsyncGenerator<readonly string[], void, void> {
  yield* pages(client, { path: '_catalog', member: 'repositories', signal });
}

/** Tags of a repository, page by page (distribution-spec § Listing Tags). */
export async function* listTags(client: RegistryClient, signal: AbortSignal): AsyncGenerator<ListedTags, void, void> {
  yield* pages(client, { path: 'tags/list', member: 'tags', signal });
}

export type ListedTags = readonly string[];

interface Listing {
  readonly path: string;
  readonly member: 'repositories' | 'tags';
  readonly signal: AbortSignal;
}

async function* pages(
  client: RegistryClient,
  { path, member, signal }: Listing,
): AsyncGenerator<readonly string[], void, void> {
  let place: string | URL = `${path}?n=${pageSize}`;
  const seen = new Set<string>();
  for (let page = 0; page < mostPages; page++) {
    const { names, next }: { names: readonly string[]; next: URL | undefined } = await readPage(client, place, {
      path,
      member,
      signal,
    });
    yield names;
    if (next === undefined || names.length === 0) return;
    if (seen.has(next.search))
      throw new CodedError('bad-registry-answer', `${client.label} lists ${member} in a circle`);
    seen.add(next.search);
    // Only where to go on is taken from the answer: the place stays the one that was asked for.
    place = `${path}${next.search}`;
  }
  throw new CodedError('too-large', `${client.label} lists ${member} on more than ${mostPages} pages`);
}

async function readPage(
  client: RegistryClient,
  place: string,
  { path, member, signal }: Listing,
): Promise<{ names: readonly string[]; next: URL | undefined }> {
  const tries = client.tries(signal);
  const kind: JsonKind = { what: `the list of ${member} of ${client.label}`, code: 'bad-registry-answer' };
  for (;;) {
    const answer = await client.get(place, { headers: { accept: 'application/json' }, signal, tries });
    try {
      const body = await readBody(answer, pageLimitBytes, kind.what);
      const object = objectOf(parseJson(body, kind), 'it', kind);
      return { names: textListField(object, member, 100_000, kind) ?? [], next: nextPage(answer, path) };
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      await tries.again(`${error.message} in the middle of ${kind.what}`);
    }
  }
}

/** RFC 8288, as registries use it: `</v2/_catalog?last=x&n=500>; rel="next"`. */
function nextPage({ headers, url }: HttpAnswer, path: string): URL | undefined {
  const link = [headers['link']].flat().join(', ');
  const target = /<([^<>]{1,2000})>\s*;[^,]{0,200}\brel="?next"?/.exec(link)?.[1];
  if (target === undefined) return undefined;
  if (!URL.canParse(target, url.href))
    throw new CodedError('bad-registry-answer', `the next page of ${path} is at "${displayText(target)}"`);
  return new URL(target, url);
}

const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** To which digest a tag leads, without reading what is there; undefined where there is no such tag, or the registry does not say. */
export async function headManifest(
  client: RegistryClient,
  tag: string,
  signal: AbortSignal,
): Promise<Digest | undefined> {
  const answer = await client.send(`manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: accepted },
    takes: [200, 404],
    signal,
    tries: client.tries(signal),
  });
  answer.discard();
  const said = answer.headers['docker-content-digest'];
  return answer.status === 200 && typeof said === 'string' ? parseDigest(said) : undefined;
}
