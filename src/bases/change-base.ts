import {
  type Base,
  type BaseEvent,
  type BaseRelease,
  CodedError,
  type Digest,
  type Endorsement,
  type PublishedRelease,
  type ReleaseVerdict,
} from '../model/index.ts';

/** Who does something, when, and what they say of it. */
export interface Doing {
  readonly by: string;
  readonly at: string;
  readonly why?: string;
}

/** The base with a release that was looked at: a new one behind the others, or a known one anew. */
export function withRelease(base: Base, release: BaseRelease, { by, at }: Doing): Base {
  const known = base.releases.some(({ digest }) => digest === release.digest);
  if (known)
    return mapRelease(base, release.digest, (before) => ({ ...before, aliases: joined(before, release.aliases) }));
  const added = { ...base, releases: [...base.releases, release] };
  return told(added, { at, by, what: 'added', release: release.digest });
}

/** The base with a verdict on a release. One that no longer passes after it was endorsed has turned. */
export function withVerdict(base: Base, digest: Digest, verdict: ReleaseVerdict, { by, at }: Doing): Base {
  const before = releaseOf(base, digest);
  const changed = mapRelease(base, digest, (release) => ({ ...release, verdict }));
  const hasTurned = before.endorsement !== undefined && before.verdict?.result === 'pass' && verdict.result !== 'pass';
  return told(changed, {
    at,
    by,
    what: hasTurned ? 'turned' : 'assessed',
    release: digest,
    why: `${verdict.result} by policy ${verdict.policy}, scope ${verdict.scope}`,
  });
}

/** Throws `base-retired` where nobody can stand behind a release any more. */
export function checkEndorsable(base: Base, digest: Digest): void {
  if (base.state === 'retired')
    throw new CodedError('base-retired', `${base.name} is retired: no release of it can be endorsed`, {
      hint: 'plimsoll base add NAME takes in a new one',
    });
  if (releaseOf(base, digest).state === 'retired')
    throw new CodedError('base-retired', `${base.name}: the release ${digest} is retired`, {
      hint: `plimsoll base assess ${base.name} IMAGE takes in a new one`,
    });
}

/** The base with a release that a person stands behind. */
export function withEndorsement(base: Base, digest: Digest, endorsement: Endorsement, doing: Doing): Base {
  checkEndorsable(base, digest);
  const changed = mapRelease(base, digest, (release) => ({ ...release, state: 'endorsed', endorsement }));
  return told({ ...changed, state: 'endorsed' }, { ...doing, what: 'endorsed', release: digest });
}

/** The base with a place where a release was published; its digest there is one more name of it. */
export function withPublished(base: Base, digest: Digest, published: PublishedRelease, { by, at }: Doing): Base {
  const changed = mapRelease(base, digest, (release) => ({
    ...release,
    aliases: joined(release, [published.digest]),
    published: [...release.published.filter(({ reference }) => reference !== published.reference), published],
  }));
  return told(changed, { at, by, what: 'published', release: digest, why: published.reference });
}

/** The base, or one release of it, deprecated or retired. Throws `base-state` where it has gone further already. */
export function withdrawn(
  base: Base,
  state: 'deprecated' | 'retired',
  { release, ...doing }: Doing & { readonly release?: Digest },
): Base {
  const now = release === undefined ? base.state : releaseOf(base, release).state;
  if (now === state || now === 'retired') {
    const what = release === undefined ? base.name : `${base.name}: the release ${release}`;
    throw new CodedError('base-state', `${what} is ${now} already`);
  }
  const changed =
    release === undefined ? { ...base, state } : mapRelease(base, release, (before) => ({ ...before, state }));
  return told(changed, { ...doing, what: state, ...(release === undefined ? {} : { release }) });
}

/** The release that a digest, an alias or the beginning of one names; the last one where nothing is named. */
export function chosenRelease(base: Base, wanted?: string): BaseRelease {
  if (wanted === undefined) {
    const last = base.releases.at(-1);
    if (last !== undefined) return last;
    throw new CodedError('no-release', `${base.name} has no release yet`, {
      hint: `plimsoll base assess ${base.name} takes in ${base.source}`,
    });
  }
  const text = wanted.includes('@') ? wanted.slice(wanted.indexOf('@') + 1) : wanted;
  const hex = text.replace(/^sha256:/, '');
  const isNamed = (digest: string): boolean => hex.length >= 6 && digest.startsWith(`sha256:${hex}`);
  const found = base.releases.filter(({ digest, aliases }) => isNamed(digest) || aliases.some(isNamed));
  if (found.length === 1) return found[0]!;
  throw new CodedError(
    'no-release',
    `${base.name} has ${found.length === 0 ? 'no release' : 'more than one release'} ${wanted}`,
    { hint: `plimsoll base show ${base.name} lists its releases`, kind: 'usage' },
  );
}

function releaseOf(base: Base, digest: Digest): BaseRelease {
  const found = base.releases.find((release) => release.digest === digest);
  if (found === undefined) throw new Error(`${base.name} has no release ${digest}`);
  return found;
}

function mapRelease(base: Base, digest: Digest, change: (release: BaseRelease) => BaseRelease): Base {
  return {
    ...base,
    releases: base.releases.map((release) => (release.digest === digest ? change(release) : release)),
  };
}

function joined({ digest, aliases }: BaseRelease, more: readonly Digest[]): readonly Digest[] {
  return [...new Set([...aliases, ...more])].filter((alias) => alias !== digest);
}

function told(base: Base, { at, by, what, release, why }: BaseEvent): Base {
  const event: BaseEvent = {
    at,
    by,
    what,
    ...(release === undefined ? {} : { release }),
    ...(why === undefined ? {} : { why }),
  };
  return { ...base, history: [...base.history, event] };
}
