import { type Base, type BaseRelease, type FindBase, type ListedBase, listedBase } from '../model/index.ts';

/** A release with its base. */
export interface FoundRelease {
  readonly base: Base;
  readonly release: BaseRelease;
}

/** Every release by its digest and its aliases; where two have one, the first counts. */
export function releasesByDigest(bases: readonly Base[]): ReadonlyMap<string, FoundRelease> {
  const found = new Map<string, FoundRelease>();
  for (const base of bases)
    for (const release of base.releases)
      for (const digest of [release.digest, ...release.aliases])
        if (!found.has(digest)) found.set(digest, { base, release });
  return found;
}

/**
 * What a reference of a `FROM` means in a catalogue: by its digest where it has one; else by the name and tag under which
 * a base is published or from which it is taken. A digest that is no release of the repository's base is a candidate at
 * best: nobody has stood behind it.
 */
export function baseFinder(bases: readonly Base[]): FindBase {
  const byName = new Map<string, Base>();
  const byRepository = new Map<string, Base>();
  for (const base of bases) {
    const names = [base.source, ...base.releases.flatMap(({ published }) => published.map((each) => each.reference))];
    for (const name of names) {
      const { repository, tag } = nameParts(name);
      byName.set(`${repository}:${tag ?? 'latest'}`, base);
      byRepository.set(repository, base);
      const isPublished = name !== base.source;
      if (isPublished) for (const channel of base.channels) byName.set(`${repository}:${channel}`, base);
    }
  }
  const byDigest = releasesByDigest(bases);
  return (reference) => answer(reference, { byName, byRepository, byDigest });
}

function answer(
  reference: string,
  known: {
    readonly byName: ReadonlyMap<string, Base>;
    readonly byRepository: ReadonlyMap<string, Base>;
    readonly byDigest: ReadonlyMap<string, FoundRelease>;
  },
): ListedBase | undefined {
  const { repository, tag, digest } = nameParts(reference);
  if (digest !== undefined) {
    const found = known.byDigest.get(digest);
    if (found !== undefined) return listedBase(found.base, found.release);
    const base = known.byRepository.get(repository);
    return base === undefined ? undefined : unlisted(base);
  }
  const base = known.byName.get(`${repository}:${tag ?? 'latest'}`);
  return base === undefined ? undefined : listedBase(base);
}

/** A release of a base that the catalogue does not list. */
function unlisted(base: Base): ListedBase {
  const listed = listedBase(base);
  return { ...listed, state: listed.state === 'endorsed' ? 'candidate' : listed.state };
}

interface NameParts {
  /** With registry, as Docker fills it in. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

function nameParts(reference: string): NameParts {
  const [name = '', digest] = reference.replace(/^(?:registry|docker):/, '').split('@', 2);
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  return {
    repository: fullRepository(hasTag ? name.slice(0, colon) : name),
    ...(hasTag ? { tag: name.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

function fullRepository(name: string): string {
  const first = name.split('/', 1)[0] ?? '';
  const hasRegistry = name.includes('/') && (first === 'localhost' || /[.:]/.test(first));
  if (hasRegistry) return name.replace(/^index\.docker\.io\//, 'docker.io/');
  return name.includes('/') ? `docker.io/${name}` : `docker.io/library/${name}`;
}
