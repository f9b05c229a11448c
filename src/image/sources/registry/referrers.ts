import { CodedError, type Digest } from '../../../model/index.ts';
import { arrayField, type Descriptor, objectOf, parseJson, parseReferrers } from '../../oci/index.ts';
import type { RegistryClient } from './client.ts';
import { readBody } from './http.ts';

const pageLimitBytes = 4 << 20;
const pageLimit = 32;
const entryLimit = 10_000;
/** How registries without the API answer: it is a path, method or type that they don't know. */
const withoutApi: readonly number[] = [400, 404, 405, 406, 415, 501];

/** The tag under which clients keep the list where there is no API: `sha256-<hex>`. */
export function fallbackTag(subject: Digest): string {
  return subject.replace(':', '-').slice(0, 128);
}

/**
 * Asks the referrers API, page by page; undefined where the registry has none (distribution-spec § Listing Referrers).
 * @throws CodedError `bad-manifest`, `too-many-referrers`.
 */
export async function askReferrers(
  client: RegistryClient,
  subject: Digest,
  signal: AbortSignal,
): Promise<{ readonly descriptors: readonly Descriptor[]; readonly raw: readonly unknown[] } | undefined> {
  const what = `what refers to ${subject} in ${client.label}`;
  const descriptors: Descriptor[] = [];
  const raw: unknown[] = [];
  const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
  let place: string | URL = `referrers/${subject}`;
  for (let page = 0; ; page++) {
    if (page === pageLimit || raw.length > entryLimit)
      throw new CodedError(
        'too-many-referrers',
        `${what} fills more than ${pageLimit} pages or ${entryLimit} entries`,
        {
          hint: 'Delete attestations that nobody needs any more',
        },
      );
    const tries = client.tries(signal);
    const takes = page === 0 ? [200, ...withoutApi] : [200];
    const answer = await client.send(place, { method: 'GET', headers, takes, signal, tries });
    if (answer.status !== 200) {
      answer.discard();
      return undefined;
    }
    const bytes = await readBody(answer, pageLimitBytes, what);
    descriptors.push(...parseReferrers(bytes, what));
    const kind = { what, code: 'bad-manifest' } as const;
    raw.push(...(arrayField(objectOf(parseJson(bytes, kind), 'it', kind), 'manifests', entryLimit, kind) ?? []));
    const next = nextPage(answer.headers.link, answer.url);
    if (next === undefined) return { descriptors, raw };
    place = next;
  }
}

/** `Link: </v2/…>; rel="next"` (RFC 8288), on the same host only. */
function nextPage(link: string | string[] | undefined, from: URL): URL | undefined {
  const target = /^<([^<>]{1,2000})>\s*;\s*rel="?next"?/.exec((Array.isArray(link) ? link[0] : link) ?? '')?.[1];
  if (target === undefined || !URL.canParse(target, from.href)) return undefined;
  const next = new URL(target, from);
  return next.host === from.host && next.protocol === from.protocol ? next : undefined;
}
