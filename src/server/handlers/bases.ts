import { existsSync } from 'node:fs';
import { readCatalogue } from '../../flows/bases/index.ts';
import { searchAdvisories } from '../../flows/advisories/index.ts';
import { type Base, CodedError, stateOf } from '../../model/index.ts';
import { parseBase } from '../../bases/index.ts';
import {
  imagesOnBase,
  type ImpactImage,
  type ImpactRows,
  type ImpactSubject,
  listDocuments,
  readImpact,
  type Reach,
  type ReachedRow,
  searchEverything,
  searchPolicies,
  worstRanks,
} from '../../server-store/index.ts';
import type { BaseSummary, Impact, ImpactQuery } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import type { Service } from '../service.ts';
import { known, resultOfRank } from './shapes.ts';

type Names = 'listBases' | 'getBase' | 'getImpact' | 'search';

const mostShown = 500;
const advisoryShape =
  /^(?:CVE|GHSA|DSA|DLA|USN|RHSA|RHBA|ALSA|RLSA|ELSA|SUSE|openSUSE|ALPINE|PYSEC|GO|RUSTSEC|MAL|OSV|CGA|DEBIAN|UBUNTU)-[\w:.-]+$/i;

export function baseHandlers(service: Service): Pick<Handlers, Names> {
  const { store } = service;
  return {
    async listBases({ identity }) {
      const bases = await basesOf(service);
      return {
        items: await Promise.all(bases.map(async (base) => (await summaryOf(service, base, identity.reach)).summary)),
      };
    },
    async getBase({ params, identity }) {
      const base = (await basesOf(service)).find(({ name }) => name === params.name);
      if (base === undefined)
        throw notFound(`base ${params.name}`, 'plimsoll base add takes one in; serve --bases FOLDER shows them');
      const { summary, children } = await summaryOf(service, base, identity.reach);
      return {
        ...summary,
        releaseList: base.releases.map((release) => ({
          ...known({
            digest: release.digest,
            platform: release.platform ?? null,
            reference: release.reference,
            added: release.added,
            sizeBytes: release.sizeBytes,
            endorsedBy: release.endorsement?.by ?? null,
            endorsedAt: release.endorsement?.at ?? null,
          }),
          state: stateOf(base, release),
          verdict: release.verdict?.result ?? 'unknown',
          children: children.filter(({ baseDigest }) =>
            [release.digest, ...release.aliases].some((digest) => digest === baseDigest),
          ).length,
        })) as never,
        history: base.history.map((event) => known(event)) as never,
        childList: children.slice(0, mostShown).map((child) => ({
          digest: child.image,
          name: child.name,
          verdict: resultOfRank(child.rank),
          running: child.running,
          ...(child.baseDigest === null ? {} : { release: child.baseDigest }),
        })),
      };
    },
    async getImpact({ query, identity }) {
      return impactOf(service, query, identity.reach);
    },
    async search({ query, identity }) {
      const withPeople = identity.permissions.has('people.read');
      const { q } = query;
      const { reach } = identity;
      const found = await service.answers.of(
        JSON.stringify(['hits', q, reach ?? null, withPeople]),
        { kinds: ['images', 'lives', 'places', 'people'] },
        {
          make: () => searchEverything(store, { q, reach, withPeople }),
          bytesOf: (value) => JSON.stringify(value).length,
          isLong: true,
        },
      );
      const hits = [...found, ...(await searchPolicies(store, q))];
      const part = query.q.toLowerCase();
      for (const { name, purpose } of await basesOf(service))
        if (name.toLowerCase().includes(part)) hits.push({ kind: 'bases', id: name, name, detail: purpose });
      const kinds = [...new Set(hits.map(({ kind }) => kind))];
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

/** Bases of the catalogue's folder, and those that are documents of the store. */
async function basesOf({ store, options }: Service): Promise<readonly Base[]> {
  const inFolder = options.bases === undefined ? [] : (await readCatalogue(options.bases, { mayBeNew: true })).bases;
  const documents = await listDocuments(store, 'base');
  const inStore = await Promise.all(documents.map(({ name, text }) => parseBase(text, `base ${name}`)));
  const names = new Set(inFolder.map(({ name }) => name));
  return [...inFolder, ...inStore.filter(({ name }) => !names.has(name))].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function summaryOf(
  { store }: Service,
  base: Base,
  reach: Reach,
): Promise<{ readonly summary: BaseSummary; readonly children: readonly ReachedRow[] }> {
  const digests = base.releases.flatMap(({ digest, aliases }) => [digest, ...aliases]);
  const all = await imagesOnBase(store, { names: [base.name], digests }, reach);
  const children = all.filter(({ image }) => !digests.some((digest) => digest === image));
  const counts = { pass: 0, fail: 0, cannotTell: 0, unknown: 0 };
  for (const { rank } of children) counts[(['fail', 'cannotTell', 'unknown', 'pass'] as const)[rank]!]++;
  const newest = base.releases.at(-1);
  return {
    children,
    summary: {
      name: base.name,
      purpose: base.purpose,
      owner: base.owner,
      source: base.source,
      state: base.state,
      channels: [...base.channels],
      releases: base.releases.length,
      children: counts,
      running: children.reduce((sum, { running }) => sum + running, 0),
      ...(base.description === undefined ? {} : { description: base.description }),
      ...(base.supportEnd === undefined ? {} : { supportEnd: base.supportEnd }),
      ...(newest === undefined
        ? {}
        : {
            newest: {
              digest: newest.digest,
              added: newest.added,
              sizeBytes: newest.sizeBytes,
              verdict: newest.verdict?.result ?? 'unknown',
              state: stateOf(base, newest),
            },
          }),
    },
  };
}

/** Whom a word reaches: an advisory, a package, a digest, a base. */
async function impactOf(service: Service, { q, limit, cursor }: ImpactQuery, reach: Reach): Promise<Impact> {
  const bases = await basesOf(service);
  const caveats: string[] = [];
  const { kind, subject, advisories } = meantBy(service, q, { bases, caveats });
  const after = cursor === undefined ? {} : { after: cursor };
  const { store, answers } = service;
  // Verdicts may turn in thousands, and whom it reaches stays the same: they are looked up for those that are shown.
  const rows = await answers.of(
    JSON.stringify(['reached', subject, reach ?? null, limit, cursor]),
    { kinds: ['images', 'lives', 'places'] },
    {
      make: () => readImpact(store, subject, { reach, limit, ...after }),
      bytesOf: (value) => 2 * JSON.stringify(value).length,
      isLong: true,
    },
  );
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

function meantBy(
  service: Service,
  q: string,
  { bases, caveats }: { readonly bases: readonly Base[]; readonly caveats: string[] },
): Pick<Impact, 'kind' | 'advisories'> & { readonly subject: ImpactSubject } {
  const nothing = { advisories: [] };
  if (/^sha256:[0-9a-f]{64}$/.test(q))
    return { kind: 'digest', subject: { kind: 'base', names: [], digests: [q] }, ...nothing };
  const named = bases.find(({ name }) => name === q);
  if (named !== undefined) {
    const digests = named.releases.flatMap(({ digest, aliases }) => [digest, ...aliases]);
    return { kind: 'base', subject: { kind: 'base', names: [named.name], digests }, ...nothing };
  }
  if (!advisoryShape.test(q)) return { kind: 'package', subject: { kind: 'package', text: q }, ...nothing };
  const advisories = advisoriesNamed(service, q, caveats);
  const names = new Set([q, q.toUpperCase(), ...advisories.flatMap(({ id, aliases }) => [id, ...aliases])]);
  return { kind: 'advisory', subject: { kind: 'finding', names: [...names] }, advisories };
}

function advisoriesNamed({ options }: Service, q: string, caveats: string[]): Impact['advisories'] {
  if (!existsSync(options.database)) {
    caveats.push('there is no advisory database: only what was found at the time of scanning is told');
    return [];
  }
  try {
    const { by, advisories } = searchAdvisories(options.database, q, 20);
    if (by !== 'id') {
      caveats.push(`the advisory database knows nothing of ${q}`);
      return [];
    }
    return advisories.map(({ id, aliases, title, exploitedSince }) => ({
      id,
      aliases: [...aliases],
      ...(title === undefined ? {} : { title }),
      ...(exploitedSince === undefined ? {} : { exploitedSince }),
    }));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    caveats.push(error.message);
    return [];
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
