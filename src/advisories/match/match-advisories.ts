import { hash } from 'node:crypto';
import type { AdvisoryCoverage, OperatingSystem, Package, Problem, VulnerabilityFinding } from '../../model/index.ts';
import { compareSeverity } from '../../model/index.ts';
import { schemeNamed } from '../../versions/index.ts';
import type { VersionScheme } from '../../versions/index.ts';
import type { AdvisoryDatabase, AffectedRow } from '../database/advisory-database.ts';
import { ecosystemBase, ecosystemKey, isDistribution, packageKey } from '../ecosystems.ts';
import type { UnsupportedPackage } from '../feeds/intelligence.ts';
import { fixOf } from './fix.ts';
import { gradeOf } from './grade.ts';
import { groupByVulnerability } from './group-by-vulnerability.ts';
import type { Hit, Vulnerability } from './group-by-vulnerability.ts';
import { subjectsOf } from './subjects.ts';
import type { Subject } from './subjects.ts';
import { affects } from './ranges.ts';
import { supportEndOf } from './support.ts';

export interface MatchInput {
  readonly packages: readonly Package[];
  readonly operatingSystem?: OperatingSystem | undefined;
  /** The same packages: lists that other images have, too, for which nothing is looked up again, and the rest. */
  readonly shared?: { readonly parts: readonly (readonly Package[])[]; readonly own: readonly Package[] } | undefined;
}

export interface MatchResult {
  /** Sorted by ecosystem, package, version, advisory and place; where shared lists were given, in no order and
   * perhaps with twins of one id. */
  readonly findings: readonly VulnerabilityFinding[];
  /**
   * The same ones where shared lists were given, by the lists of which they are: of one list always one and the same array, gravest
   * first, then by id.
   */
  readonly lists?: {
    readonly shared: readonly (readonly VulnerabilityFinding[])[];
    readonly own: readonly VulnerabilityFinding[];
  };
  readonly coverage: AdvisoryCoverage;
  readonly problems: readonly Problem[];
}

/** What a vulnerability comes to for one name and version, whichever package of the image has them. */
type Facts = Omit<VulnerabilityFinding, 'id' | 'packageId' | 'packageName' | 'packageVersion' | 'place'>;

interface Answer {
  readonly facts: readonly Facts[];
  /** Advisories there are for the name, but the version can't be compared. */
  readonly incomparable: boolean;
}

/**
 * Looks up every package of an image. Packages that an operating system's package brought are left to the distribution's
 * advisories. A version that its scheme can't order, where advisories exist for the name, is a problem and no silence.
 */
export function matchAdvisories(database: AdvisoryDatabase, input: MatchInput): MatchResult {
  return new AdvisoryMatcher(database).match(input);
}

/** Matches many images by one state of the database; what many of them have is looked up once. */
export class AdvisoryMatcher {
  readonly #database: AdvisoryDatabase;
  readonly #lookup: Lookup;
  readonly #parts = new WeakMap<readonly Package[], Matched>();
  readonly #supportEnds = new Map<string, string | undefined>();

  /** @param mostRemembered names, answers and ids of findings that are remembered, each; more make long runs faster. */
  constructor(database: AdvisoryDatabase, mostRemembered = 200_000) {
    this.#database = database;
    this.#lookup = new Lookup(database, mostRemembered);
  }

  match(input: MatchInput): MatchResult {
    const { operatingSystem: system } = input;
    const name = system === undefined ? undefined : `${system.id}\n${system.version}`;
    if (system !== undefined && name !== undefined && !this.#supportEnds.has(name))
      this.#supportEnds.set(name, supportEndOf(system, this.#database));
    const supportEnd = name === undefined ? undefined : this.#supportEnds.get(name);
    const { findings, lists, problems, ...coverage } = this.#matched(input);
    const covered = [...coverage.covered].sort();
    const uncovered = [...coverage.uncovered].sort();
    const { digest: databaseDigest, builtAt } = this.#database;
    return {
      findings: input.shared === undefined ? distinct(findings) : findings,
      ...(lists === undefined ? {} : { lists }),
      problems,
      coverage: { databaseDigest, builtAt, covered, uncovered, supportEnd },
    };
  }

  /** What was found; of parts that other images have too, what was found then. */
  #matched({ packages, shared }: MatchInput): Matched & Pick<MatchResult, 'lists'> {
    if (shared === undefined || shared.parts.length === 0) return this.#lookup.match(packages);
    const matched = [this.#lookup.match(shared.own)];
    for (const part of shared.parts) {
      let known = this.#parts.get(part);
      if (known === undefined) this.#parts.set(part, (known = inOrder(this.#lookup.match(part))));
      matched.push(known);
    }
    // Problems stand in the order of packages, which is not that of the lists.
    if (matched.some(({ problems }) => problems.length > 0)) return this.#lookup.match(packages);
    return {
      findings: matched.flatMap(({ findings }) => findings),
      lists: { own: matched[0]!.findings, shared: matched.slice(1).map(({ findings }) => findings) },
      problems: [],
      covered: new Set(matched.flatMap(({ covered }) => [...covered])),
      uncovered: new Set(matched.flatMap(({ uncovered }) => [...uncovered])),
    };
  }

  /** A digest of all that the database says of a package, apart from EPSS scores: the same while nothing changes for it. */
  answerDigest(item: Package): string {
    if (item.ecosystem === undefined) return '';
    const { facts, incomparable } = this.#lookup.ask(item, item.ecosystem);
    if (facts.length === 0) return incomparable ? 'incomparable' : '';
    const said = facts.map(({ epss: _epss, ...fact }) => fact);
    return hash('sha256', JSON.stringify([said, incomparable]), 'hex').slice(0, 32);
  }
}

/** In the order of records: what is in order is sorted in with other findings in less time, image after image. */
function inOrder(matched: Matched): Matched {
  const findings = matched.findings.toSorted(
    (a, b) => compareSeverity(a.severity, b.severity) || compareText(a.id, b.id),
  );
  return { ...matched, findings };
}

interface Matched {
  readonly findings: readonly VulnerabilityFinding[];
  readonly problems: readonly Problem[];
  readonly covered: ReadonlySet<string>;
  readonly uncovered: ReadonlySet<string>;
}

const nothingSaid: Answer = { facts: [], incomparable: false };

/** Answers by name and version; packages of one source share theirs. */
class Lookup {
  private readonly database: AdvisoryDatabase;
  private readonly most: number;
  private readonly answers = new Map<string, Answer>();
  private readonly rows = new Map<string, readonly AffectedRow[]>();
  private readonly spokenOf = new Map<string, Map<string, boolean>>();
  private readonly covered = new Map<string, boolean>();
  private readonly ids = new Map<string, string>();
  private readonly ended = new Map<string, readonly UnsupportedPackage[]>();

  constructor(database: AdvisoryDatabase, most: number) {
    this.database = database;
    this.most = most;
  }

  /** What was forgotten is asked for again: that bounds the memory of long runs. */
  private remember<Value>(known: Map<string, Value>, key: string, value: Value): Value {
    if (known.size >= this.most) known.clear();
    known.set(key, value);
    return value;
  }

  match(packages: readonly Package[]): Matched {
    const findings: VulnerabilityFinding[] = [];
    const problems: Problem[] = [];
    const covered = new Set<string>();
    const uncovered = new Set<string>();
    let last: string | undefined;
    for (const item of packages) {
      const { ecosystem } = item;
      if (ecosystem === undefined || item.ownedBy !== undefined) continue;
      if (ecosystem !== last) (this.covers(ecosystem) ? covered : uncovered).add(ecosystem);
      last = ecosystem;
      const answer = this.ask(item, ecosystem);
      if (answer.incomparable) problems.push(incomparable(item));
      for (const facts of answer.facts) findings.push(this.findingOf(item, facts));
    }
    return { findings, problems, covered, uncovered };
  }

  covers(ecosystem: string): boolean {
    let known = this.covered.get(ecosystem);
    if (known === undefined)
      this.covered.set(ecosystem, (known = keysOf(ecosystem).some((key) => this.database.hasEcosystem(key))));
    return known;
  }

  /** The finding of a package. Images built on one base have the same ones at the same places: ids are made once. */
  findingOf(item: Package, facts: Facts): VulnerabilityFinding {
    const { path = '', innerPath = '' } = item.place;
    const subject = `vulnerability\0${facts.advisory}\0${item.purl}\0${path}\0${innerPath}`;
    let id = this.ids.get(subject);
    id ??= this.remember(this.ids, subject, idOf(subject));
    return {
      ...facts,
      id,
      packageId: item.id,
      packageName: item.name,
      packageVersion: item.version,
      place: item.place,
    };
  }

  ask(item: Package, ecosystem: string): Answer {
    // Of most packages nobody says anything: that is told by their name alone.
    if (item.source === undefined && !this.isSpokenOf(ecosystem, item.name)) return nothingSaid;
    const subjects = subjectsOf(item);
    if (!subjects.some(({ name }) => this.isSpokenOf(ecosystem, name))) return nothingSaid;
    let key = `${ecosystem}\n${item.scheme}\n${item.modularity !== undefined}\n${item.type}`;
    // Names may hold anything; with their length before them no two keys are alike.
    for (const { name, version } of subjects) key += `\n${name.length} ${version.length} ${name}${version}`;
    const answer = this.answers.get(key);
    return answer ?? this.remember(this.answers, key, this.answer(item, ecosystem, subjects));
  }

  private answer(item: Package, ecosystem: string, subjects: readonly Subject[]): Answer {
    const scheme = schemeNamed(item.scheme);
    const hits: Hit[] = [];
    const seen = new Set<string>();
    let incomparable = false;
    let version = item.version;
    for (const subject of subjects) {
      for (const key of keysOf(ecosystem)) {
        const rows = this.affected(key, packageKey(key, subject.name));
        if (rows.length === 0) continue;
        const order = scheme;
        if (order === undefined || subject.version === '' || !order.isValid(subject.version)) {
          incomparable = true;
          continue;
        }
        for (const row of rows) {
          if (seen.has(row.id) || !isHit(row, item, subject.version, order)) continue;
          seen.add(row.id);
          version = subject.version;
          hits.push({ row, advisory: this.database.advisory(row.id), ecosystem: key });
        }
      }
    }
    if (hits.length === 0 || scheme === undefined) return { facts: [], incomparable };
    const name = subjects.at(-1)?.name ?? item.name;
    const facts = groupByVulnerability(hits).map((one) => this.facts(one, { ecosystem, name, version, scheme }));
    return { facts, incomparable };
  }

  private facts(
    vulnerability: Vulnerability,
    { ecosystem, name, version, scheme }: { ecosystem: string; name: string; version: string; scheme: VersionScheme },
  ): Facts {
    const { id, aliases, hits } = vulnerability;
    const compare = scheme.compare.bind(scheme);
    const cves = [id, ...aliases].filter((one) => one.startsWith('CVE-'));
    const exploited = cves.map((cve) => this.database.exploited(cve)).find((found) => found !== undefined);
    const epss = cves.flatMap((cve) => this.database.epss(cve) ?? []).sort((one, other) => other.score - one.score)[0];
    const fix = fixOf(hits, version, compare);
    const isOver = fix.state === 'not-fixed' && this.isUnsupported(ecosystem, name);
    return {
      kind: 'vulnerability',
      advisory: id,
      aliases,
      ...gradeOf(vulnerability, this.database, { version, compare }),
      title: firstOf(hits, ({ advisory }) => advisory?.body.t) ?? `${id} in ${name}`,
      fix: isOver ? { state: 'wont-fix' } : fix,
      exploited: exploited && {
        since: exploited.since,
        due: exploited.due,
        ransomware: exploited.ransomware ? true : undefined,
      },
      epss: epss && { score: epss.score, percentile: epss.percentile },
      published: hits.flatMap(({ row }) => row.body.p ?? []).sort()[0],
      modified: hits
        .map(({ row }) => row.modified.slice(0, 10))
        .filter((day) => day >= '1980')
        .sort()
        .at(-1),
      ecosystem,
      reference: firstOf(hits, ({ advisory }) => advisory?.body.url),
    };
  }

  private isSpokenOf(ecosystem: string, name: string): boolean {
    let names = this.spokenOf.get(ecosystem);
    if (names === undefined) this.spokenOf.set(ecosystem, (names = new Map()));
    return (
      names.get(name) ??
      this.remember(
        names,
        name,
        keysOf(ecosystem).some((key) => this.affected(key, packageKey(key, name)).length > 0),
      )
    );
  }

  private affected(ecosystem: string, name: string): readonly AffectedRow[] {
    const key = `${ecosystem}\n${name}`;
    return this.rows.get(key) ?? this.remember(this.rows, key, this.database.affected(ecosystem, name));
  }

  /** Whether the distribution has ended its support of the source package. */
  private isUnsupported(ecosystem: string, name: string): boolean {
    let list = this.ended.get(ecosystem);
    if (list === undefined) this.ended.set(ecosystem, (list = this.database.unsupported(ecosystem)));
    return list.some(
      ({ package: pattern, ended }) =>
        ended <= this.database.builtAt.slice(0, 10) &&
        (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern),
    );
  }
}

/** Where to look: in the release, and among what its publisher says without naming a release. */
function keysOf(ecosystem: string): readonly string[] {
  const key = ecosystemKey(ecosystem);
  const base = ecosystemBase(key);
  return key === base || !isDistribution(key) ? [key] : [key, base];
}

function isHit({ body }: AffectedRow, item: Package, version: string, scheme: VersionScheme): boolean {
  const compare = scheme.compare.bind(scheme);
  if (!body.a.some((entry) => affects(entry, version, compare))) return false;
  if (item.type !== 'rpm') return true;
  // A module's builds and the plain ones live side by side with versions of their own: a fix in one says nothing of the other.
  const isModular = item.modularity !== undefined || version.includes('.module');
  const fixes = body.a.flatMap(({ r = [] }) => r.flat()).filter((event) => event.startsWith('f'));
  return fixes.length === 0 || fixes.some((event) => event.includes('.module') === isModular);
}

function firstOf(hits: readonly Hit[], read: (hit: Hit) => string | undefined): string | undefined {
  for (const hit of hits) {
    const value = read(hit);
    if (value !== undefined) return value;
  }
  return undefined;
}

function incomparable({ name, version, scheme, place }: Package): Problem {
  const what = version === '' ? 'has no known version' : `has the version ${version}, which is none by ${scheme} rules`;
  return {
    code: 'version-not-comparable',
    message: `${name} ${what}, so the advisories on it can't be judged`,
    path: place.path,
    layer: place.layer,
    source: 'advisories',
    hides: 'advisories',
  };
}

function findingId(subject: readonly string[]): string {
  return idOf(subject.join('\0'));
}

function idOf(subject: string): string {
  return `vulnerability-${hash('sha256', subject).slice(0, 16)}`;
}

/** Sorted; and where two packages differ in their layer alone, the later one's id says so. */
function distinct(findings: readonly VulnerabilityFinding[]): readonly VulnerabilityFinding[] {
  const sorted = findings.toSorted(
    (a, b) =>
      compareText(a.ecosystem, b.ecosystem) ||
      compareText(a.packageName, b.packageName) ||
      compareText(a.packageVersion, b.packageVersion) ||
      compareText(a.advisory, b.advisory) ||
      compareText(a.place.path ?? '', b.place.path ?? '') ||
      compareText(a.id, b.id) ||
      (a.place.layer ?? -1) - (b.place.layer ?? -1) ||
      compareText(a.packageId, b.packageId),
  );
  const used = new Set<string>();
  return sorted.map((finding) => {
    const isFirst = !used.has(finding.id);
    used.add(finding.id);
    return isFirst
      ? finding
      : { ...finding, id: findingId([finding.id, String(finding.place.layer), finding.packageId]) };
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
