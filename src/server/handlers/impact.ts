import { existsSync } from 'node:fs';
import { searchAdvisories } from '../../flows/advisories/index.ts';
import { type Base, CodedError } from '../../model/index.ts';
import {
  type ChangeKind,
  type ImpactImage,
  type ImpactRows,
  impactStamp,
  type ImpactSubject,
  type PageOptions,
  type Reach,
  type ReachedRow,
  readImpact,
  searchEverything,
  searchFindings,
  searchPolicies,
  worstRanks,
} from '../../server-store/index.ts';
import type { Impact, ImpactQuery } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import type { Service } from '../service.ts';
import { basesOf } from './known-bases.ts';
import { resultOfRank } from './shapes.ts';

const searchOrder = [
  'images',
  'findings',
  'packages',
  'containers',
  'workloads',
  'bases',
  'policies',
  'people',
] as const;
const advisoryShape =
  /^(?:CVE|GHSA|DSA|DLA|USN|RHSA|RHBA|ALSA|RLSA|ELSA|SUSE|openSUSE|ALPINE|PYSEC|GO|RUSTSEC|MAL|OSV|CGA|DEBIAN|UBUNTU)-[\w:.-]+$/i;

/** Whom a word reaches, and what is called by it. */
export function impactHandlers(service: Service): Pick<Handlers, 'getImpact' | 'search'> {
  const { store } = service;
  return {
    async getImpact({ query, identity }) {
      return impactOf(service, query, identity.reach);
    },
    async search({ query, identity }) {
      const withPeople = identity.permissions.has('people.read');
      const { q } = query;
      const { reach } = identity;
      const kept = <T>(name: string, kinds: readonly ChangeKind[], make: () => Promise<readonly T[]>) =>
        service.answers.of(
          JSON.stringify([name, q, reach ?? null, withPeople]),
          { kinds },
          {
            make,
            bytesOf: (value) => 2 * JSON.stringify(value).length,
            isLong: name === 'hits',
          },
        );
      const hits = [
        ...(await kept('hits', ['images', 'places', 'people'], () =>
          searchEverything(store, { q, reach, withPeople }),
        )),
        ...(await kept('named', ['images', 'lives', 'places'], () => searchFindings(store, q, reach))),
        ...(await searchPolicies(store, q)),
      ];
      const part = query.q.toLowerCase();
      for (const { name, purpose } of await basesOf(service))
        if (name.toLowerCase().includes(part)) hits.push({ kind: 'bases', id: name, name, detail: purpose });
      const kinds = searchOrder.filter((kind) => hits.some((hit) => hit.kind === kind));
      return {
        query: query.q,
        groups: kinds.map((kind) => ({
          kind,
          items: hits
            .filter((hit) => hit.kind === kind)
            .map(({ id, name, detail }) => ({ id, name, ...(detail === null ? {} : { detail }) })),
        })),
      };
    },
  };
}

/** Whom a word reaches: an advisory, a package, a digest, a base. */
async function impactOf(service: Service, { q, limit, cursor }: ImpactQuery, reach: Reach): Promise<Impact> {
  const bases = await basesOf(service);
  const caveats: string[] = [];
  const { kind, subject, advisories } = await meantBy(service, q, { bases, caveats });
  const after = cursor === undefined ? {} : { after: cursor };
  const { store } = service;
  const rows = await reachedBy(service, subject, { reach, limit, ...after });
  const ranks = await worstRanks(
    store,
    rows.images.map(({ image }) => image),
  );
  return {
    ...{ query: q, kind, advisories, caveats },
    bases: groupedBases(rows.bases, bases),
    images: rows.images.map((row) => ({
      ...impactImage(row, bases),
      verdict: resultOfRank(ranks.get(row.image) ?? 2),
    })),
    containers: rows.containers.map(({ environment, ...rest }) => ({
      ...rest,
      ...(environment === null ? {} : { environment }),
    })),
    owners: [...rows.owners],
    totals: rows.totals,
    ...(rows.next === undefined ? {} : { next: rows.next }),
  };
}

/**
 * Verdicts may turn and other findings come in thousands, and whom it reaches stays the same: it is looked through again only where that
 * changed. Unlike a count, a stamp may come back: what was read while things changed tells by its own.
 */
async function reachedBy(
  { store, answers }: Service,
  subject: ImpactSubject,
  query: PageOptions & { readonly reach: Reach },
): Promise<ImpactRows> {
  const outside = await impactStamp(store, subject);
  const make = (): Promise<ImpactRows> => readImpact(store, subject, query);
  const kept = await answers.of(
    JSON.stringify(['reached', subject, query.reach ?? null, query.limit, query.after]),
    { kinds: ['images', 'places'], outside },
    { make, bytesOf: (value) => 2 * JSON.stringify(value).length, isLong: true },
  );
  return kept.stamp === outside ? kept : make();
}

async function meantBy(
  service: Service,
  q: string,
  { bases, caveats }: { readonly bases: readonly Base[]; readonly caveats: string[] },
): Promise<Pick<Impact, 'kind' | 'advisories'> & { readonly subject: ImpactSubject }> {
  const nothing = { advisories: [] };
  if (/^sha256:[0-9a-f]{64}$/.test(q))
    return { kind: 'digest', subject: { kind: 'base', names: [], digests: [q] }, ...nothing };
  const named = bases.find(({ name }) => name === q);
  if (named !== undefined) {
    const digests = named.releases.flatMap(({ digest, aliases }) => [digest, ...aliases]);
    return { kind: 'base', subject: { kind: 'base', names: [named.name], digests }, ...nothing };
  }
  if (!advisoryShape.test(q)) return { kind: 'package', subject: { kind: 'package', text: q }, ...nothing };
  const { advisories, caveats: more } = await advisoriesNamed(service, q);
  caveats.push(...more);
  const names = new Set([q, q.toUpperCase(), ...advisories.flatMap(({ id, aliases }) => [id, ...aliases])]);
  return { kind: 'advisory', subject: { kind: 'finding', names: [...names] }, advisories };
}

/** Kept as long as the database is the same: it is opened for each question, on the thread that answers. */
function advisoriesNamed({ answers, findings, options }: Service, q: string): Promise<Named> {
  return answers.fixed(JSON.stringify(['advisories', q, findings.stamp]), {
    make: async () => Promise.resolve(namedIn(options.database, q)),
    bytesOf: (value) => 2 * JSON.stringify(value).length,
  });
}

type Named = Pick<Impact, 'advisories' | 'caveats'>;

function namedIn(database: string, q: string): Named {
  if (!existsSync(database))
    return {
      advisories: [],
      caveats: ['there is no advisory database: only what was found at the time of scanning is told'],
    };
  try {
    const { by, advisories } = searchAdvisories(database, q, 20);
    if (by !== 'id') return { advisories: [], caveats: [`the advisory database knows nothing of ${q}`] };
    return {
      caveats: [],
      advisories: advisories.map(({ id, aliases, title, exploitedSince }) => ({
        id,
        aliases: [...aliases],
        ...(title === undefined ? {} : { title }),
        ...(exploitedSince === undefined ? {} : { exploitedSince }),
      })),
    };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { advisories: [], caveats: [error.message] };
  }
}

/** Bases of the catalogue have several digests each. */
function groupedBases(rows: ImpactRows['bases'], bases: readonly Base[]): Impact['bases'] {
  const byName = new Map<string, { images: number; running: number }>();
  for (const row of rows) {
    const name = baseNameOf(row, bases);
    if (name === undefined) continue;
    const known = byName.get(name) ?? { images: 0, running: 0 };
    byName.set(name, { images: known.images + row.images, running: known.running + row.running });
  }
  return [...byName].map(([name, counts]) => {
    const base = bases.find((each) => each.name === name);
    return { name, ...counts, ...(base === undefined ? {} : { owner: base.owner, state: base.state }) };
  });
}

function impactImage(row: ImpactImage, bases: readonly Base[]): Omit<Impact['images'][number], 'verdict'> {
  const owner = row.isBase ? ('base' as const) : ('app' as const);
  const base = baseNameOf(row, bases);
  return {
    digest: row.image,
    name: row.name,
    via: owner,
    packages: row.packages.map((found) => ({ ...found, owner })),
    running: row.running,
    ...(row.team === null ? {} : { team: row.team }),
    ...(base === undefined ? {} : { base }),
  };
}

function baseNameOf(
  { baseName, baseDigest }: Pick<ReachedRow, 'baseName' | 'baseDigest'>,
  bases: readonly Base[],
): string | undefined {
  const listed = bases.find(({ releases }) =>
    releases.some(({ digest, aliases }) => [digest, ...aliases].some((each) => each === baseDigest)),
  );
  return listed?.name ?? baseName ?? undefined;
}
