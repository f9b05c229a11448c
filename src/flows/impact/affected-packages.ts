import { type AdvisoryDatabase, matchAdvisories, openAdvisoryDatabase } from '../../advisories/index.ts';
import { parsePurl, type Purl } from '../../formats/purl.ts';
import {
  type AskedImpact,
  CodedError,
  compareSeverity,
  type Package,
  type VulnerabilityFinding,
} from '../../model/index.ts';
import { isInRange, parseVersionRange } from '../../policy/index.ts';
import type { IndexedPackage, RecordIndex } from '../../store/index.ts';

/** Packages that are meant, and what is known to be wrong with each. */
export interface AffectedPackages {
  readonly asked: AskedImpact;
  readonly packages: ReadonlyMap<IndexedPackage, VulnerabilityFinding | undefined>;
  readonly caveats: readonly string[];
}

/**
 * Packages of kept records to which a vulnerability applies, judged anew by the database: what was known when the images
 * were scanned does not matter. Throws `unknown-vulnerability`, and as opening the database does.
 */
export function packagesWith(index: RecordIndex, id: string, databasePath: string): AffectedPackages {
  const database = openAdvisoryDatabase(databasePath);
  try {
    const ids = idsOf(database, id);
    if (ids.length === 0)
      throw new CodedError('unknown-vulnerability', `${databasePath} knows nothing of ${id}`, {
        hint: 'plimsoll db update fetches newer advisories; plimsoll db search finds ids by words',
      });
    const candidates = candidatesOf(index, database, ids);
    const wanted = new Set([id.toUpperCase(), ...ids].map((each) => each.toUpperCase()));
    const { findings, problems } = matchAdvisories(database, { packages: [...candidates.values()].map(asPackage) });
    const found = new Map<IndexedPackage, VulnerabilityFinding>();
    for (const finding of findings)
      if ([finding.advisory, ...finding.aliases].some((each) => wanted.has(each.toUpperCase())))
        found.set(candidates.get(Number(finding.packageId))!, finding);
    return {
      asked: describe(database, ids, [...found.values()]),
      packages: found,
      caveats: problems.map(({ message }) => message),
    };
  } finally {
    database.close();
  }
}

/** Ids are known by heart in any case; advisories of distributions speak of a CVE under ids of their own. */
function idsOf(database: AdvisoryDatabase, id: string): readonly string[] {
  const found = new Set<string>();
  const lower = id.toLowerCase().replace(/^[a-z]+(?=-)/, (prefix) => prefix.toUpperCase());
  for (const spelling of new Set([id, id.toUpperCase(), lower])) {
    if (database.advisory(spelling) !== undefined) found.add(spelling);
    for (const other of database.namedBy(spelling)) found.add(other);
  }
  return [...found].sort();
}

function candidatesOf(
  index: RecordIndex,
  database: AdvisoryDatabase,
  ids: readonly string[],
): ReadonlyMap<number, IndexedPackage> {
  const names = new Set(ids.flatMap((id) => database.packagesOf(id).map((each) => each.package)));
  return new Map([...names].flatMap((name) => index.packagesCalled(name)).map((each) => [each.id, each]));
}

/** As much of a package as matching asks for. */
function asPackage({ id, ...found }: IndexedPackage): Package {
  return { ...found, id: String(id), licenses: [], evidence: 'installed', cataloger: '', place: { owner: 'app' } };
}

function describe(
  database: AdvisoryDatabase,
  ids: readonly string[],
  findings: readonly VulnerabilityFinding[],
): AskedImpact {
  const worst = findings.toSorted((a, b) => compareSeverity(a.severity, b.severity))[0];
  const all = [...new Set([...ids, ...findings.flatMap(({ advisory, aliases }) => [advisory, ...aliases])])].sort();
  const id = worst?.advisory ?? all.find((each) => each.startsWith('CVE-')) ?? all[0]!;
  const title = worst?.title ?? ids.map((each) => database.advisory(each)?.body.t).find((text) => text !== undefined);
  const exploited = all.map((each) => database.exploited(each)).find((each) => each !== undefined);
  return {
    kind: 'vulnerability',
    id,
    aliases: all.filter((each) => each !== id),
    ...(title === undefined ? {} : { title }),
    ...(worst === undefined ? {} : { severity: worst.severity }),
    ...(exploited === undefined ? {} : { exploitedSince: exploited.since }),
    advisoriesBuiltAt: database.builtAt,
  };
}

/** Packages of a name, `name@version` or purl, in a range of versions where one is given. Throws `bad-version-range`. */
export function packagesNamed(index: RecordIndex, text: string, versions: string | undefined): AffectedPackages {
  const purl = parsePurl(text);
  if (purl === undefined && text.startsWith('pkg:'))
    throw new CodedError('bad-package', `${text} is no package URL`, { hint: 'pkg:deb/debian/openssl', kind: 'usage' });
  const range = versions === undefined ? undefined : parseVersionRange(versions);
  if (versions !== undefined && range === undefined)
    throw new CodedError('bad-version-range', `${JSON.stringify(versions)} is no range of versions`, {
      hint: 'bounds such as "<2.17.1", ">=1.0 <2" or "=1.4 || =1.5"',
      kind: 'usage',
    });
  const packages = new Map<IndexedPackage, undefined>();
  const caveats = new Set<string>();
  const { name, version } = purl === undefined ? nameAndVersion(text) : { name: purl.name, version: undefined };
  for (const found of index.packagesCalled(name)) {
    if (purl !== undefined && !isMeant(purl, found)) continue;
    if (version !== undefined && !isVersion(version, found)) continue;
    const answer = range === undefined || isInRange(range, found.version, found.scheme);
    if (answer === true) packages.set(found, undefined);
    else if (answer !== false) caveats.add(`${found.purl} can't be compared: ${answer.why}`);
  }
  return {
    asked: { kind: 'package', name: text, ...(versions === undefined ? {} : { versions }) },
    packages,
    caveats: [...caveats].sort(),
  };
}

/** `openssl@3.0.11`, `@babel/core@7.1.0`: what stands before a name's first letter is a scope's. */
function nameAndVersion(text: string): { readonly name: string; readonly version?: string } {
  const at = text.lastIndexOf('@');
  return at <= 0 ? { name: text } : { name: text.slice(0, at), version: text.slice(at + 1) };
}

/** Whether a package has that version, however it is written. */
function isVersion(wanted: string, { version, scheme }: IndexedPackage): boolean {
  if (version === wanted) return true;
  const range = parseVersionRange(`=${wanted}`);
  return range !== undefined && isInRange(range, version, scheme) === true;
}

function isMeant(purl: Purl, { purl: text }: IndexedPackage): boolean {
  const found = parsePurl(text);
  if (found === undefined) return false;
  return (
    found.type === purl.type &&
    found.name === purl.name &&
    (purl.namespace === undefined || found.namespace === purl.namespace) &&
    (purl.version === undefined || found.version === purl.version)
  );
}
