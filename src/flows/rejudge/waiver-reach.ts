import type { AdvisoryDatabase } from '../../advisories/index.ts';
import { matchesPattern, packageNames, type WaiverReach } from '../../policy/index.ts';
import {
  allPackages,
  imagesWithFinding,
  imagesWithPackages,
  type IndexedPackage,
  packagesOfNames,
  type Store,
} from '../../server-store/index.ts';

const mostIds = 1000;

/**
 * Digests of the images in which a waiver may cover something, by what is indexed of their packages and by which packages the database
 * says have the vulnerability; it may name too many, never too few. Undefined where that can't be known.
 */
export async function imagesCovered(
  store: Store,
  { advisory, package: pattern }: Omit<WaiverReach, 'waiver'>,
  database: AdvisoryDatabase | undefined,
): Promise<ReadonlySet<string> | undefined> {
  const sets: ReadonlySet<string>[] = [];
  if (advisory !== undefined) {
    const ids = database === undefined ? undefined : idsOf(database, advisory);
    if (ids !== undefined) sets.push(await imagesWithAdvisory(store, advisory, { ids, database: database! }));
  }
  if (pattern !== undefined) {
    const packages = await packagesMeant(store, pattern);
    sets.push(new Set(await imagesWithPackages(store, packages)));
  }
  return sets.length === 0 ? undefined : sets.reduce((all, set) => all.intersection(set));
}

/** By all names under which the database may know it; undefined where these are too many to be one thing. */
function idsOf(database: AdvisoryDatabase, id: string): ReadonlySet<string> | undefined {
  const ids = new Set([id]);
  for (const each of ids) {
    const { aliases = [], upstream = [] } = database.advisory(each)?.body ?? {};
    for (const other of [...database.namedBy(each), ...aliases, ...upstream]) ids.add(other);
    if (ids.size > mostIds) return undefined;
  }
  return ids;
}

async function imagesWithAdvisory(
  store: Store,
  advisory: string,
  { ids, database }: { readonly ids: ReadonlySet<string>; readonly database: AdvisoryDatabase },
): Promise<ReadonlySet<string>> {
  const names = new Set([...ids].flatMap((id) => database.packagesOf(id).map((each) => each.package)));
  const packages = await packagesOfNames(store, [...names]);
  const images = await imagesWithPackages(
    store,
    packages.map(({ id }) => id),
  );
  // And those in which it was found by that name, whatever the database says now.
  return new Set([...images, ...(await imagesWithFinding(store, advisory))]);
}

/** Ids of the packages that a pattern means; a plain name is looked up, others are tried on all. */
async function packagesMeant(store: Store, pattern: string): Promise<readonly number[]> {
  const isMeant = (found: IndexedPackage): boolean => packageNames(found).some((name) => matchesPattern(pattern, name));
  const idsIn = (packages: readonly IndexedPackage[]): number[] => packages.filter(isMeant).map(({ id }) => id);
  if (!/[*?\\]|^pkg:/.test(pattern)) {
    const at = pattern.lastIndexOf('@');
    return idsIn(await packagesOfNames(store, at > 0 ? [pattern, pattern.slice(0, at)] : [pattern]));
  }
  const ids: number[] = [];
  for await (const packages of allPackages(store)) ids.push(...idsIn(packages));
  return ids;
}
