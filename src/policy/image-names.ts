import type { ImageRecord } from '../model/index.ts';

/** What of a record tells which scopes apply: known of an image that is not built yet, too. */
export type NamedImage = {
  readonly image: Pick<ImageRecord['image'], 'manifestDigest' | 'configDigest' | 'labels'> & {
    readonly digest?: ImageRecord['image']['digest'];
  };
};

/**
 * Every name by which patterns may know an image: its reference as given, without digest, without tag, each also
 * without what Docker leaves out (`docker.io/library/`) and with it; and its digests.
 */
export function imageNames(record: NamedImage, reference: string | undefined): readonly string[] {
  const { digest, manifestDigest, configDigest } = record.image;
  const digests = [digest, manifestDigest, configDigest].filter((known) => known !== undefined);
  if (reference === undefined) return [...new Set<string>(digests)];
  const tagged = reference.split('@', 1)[0]!;
  const spellings = [reference, tagged, repositoryOf(reference)];
  return [...new Set<string>([...spellings.flatMap(dockerSpellings), ...digests])];
}

/** The reference without tag and digest. */
export function repositoryOf(reference: string): string {
  const tagged = reference.split('@', 1)[0]!;
  const colon = tagged.lastIndexOf(':');
  return colon > tagged.lastIndexOf('/') ? tagged.slice(0, colon) : tagged;
}

/** A name as it is, and as Docker also knows it. */
export function dockerSpellings(name: string): readonly string[] {
  for (const prefix of ['docker.io/library/', 'docker.io/']) {
    if (name.startsWith(prefix)) return [name, name.slice(prefix.length)];
  }
  const slash = name.indexOf('/');
  if (slash < 0) return [name, `docker.io/library/${name}`];
  return /^[^/]*[.:]|^localhost$/.test(name.slice(0, slash)) ? [name] : [name, `docker.io/${name}`];
}
