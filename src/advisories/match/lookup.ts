import { hash } from 'node:crypto';
import type { Package, Problem, VulnerabilityFinding } from '../../model/index.ts';
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

/** What a vulnerability comes to for one name and version, whichever package of the image has them. */
type Facts = Omit<VulnerabilityFinding, 'id' | 'packageId' | 'packageName' | 'packageVersion' | 'place'>;

interface Answer {
  readonly facts: readonly Facts[];
  /** Advisories there are for the name, but the version can't be compared. */
  readonly incomparable: boolean;
  /** Whose rows it rests on. */
  readonly rowKeys: readonly string[];
}

/** What was found of a list of packages. */
export interface Matched {
  readonly findings: readonly VulnerabilityFinding[];
  readonly problems: readonly Problem[];
  readonly covered: ReadonlySet<string>;
  readonly uncovered: ReadonlySet<string>;
}

const nothingSaid: Answer = { facts: [], incomparable: false, rowKeys: [] };

/** Answers by name and version; packages of one source share theirs. */
export class Lookup {
  private readonly database: AdvisoryDatabase;
  readonly most: number;
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

  /** Knows what another one does, apart from what rests on these rows. */
  takeOver(other: Lookup, changed: ReadonlySet<string>): void {
    for (const [subject, id] of other.ids) this.ids.set(subject, id);
    for (const [key, rows] of other.rows) if (!changed.has(key)) this.rows.set(key, rows);
    for (const [key, answer] of other.answers)
      if (!answer.rowKeys.some((one) => changed.has(one))) this.answers.set(key, answer);
    for (const [ecosystem, names] of other.spokenOf) {
      const keys = keysOf(ecosystem);
      const kept = [...names].filter(([name]) => !keys.some((key) => changed.has(rowKey(key, packageKey(key, name)))));
      this.spokenOf.set(ecosystem, new Map(kept));
    }
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
    const rowKeys: string[] = [];
    let incomparable = false;
    let version = item.version;
    for (const subject of subjects) {
      for (const key of keysOf(ecosystem)) {
        const name = packageKey(key, subject.name);
        const rows = this.affected(key, name);
        rowKeys.push(rowKey(key, name));
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
    if (hits.length === 0 || scheme === undefined) return { facts: [], incomparable, rowKeys };
    const name = subjects.at(-1)?.name ?? item.name;
    const facts = groupByVulnerability(hits).map((one) => this.facts(one, { ecosystem, name, version, scheme }));
    return { facts, incomparable, rowKeys };
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
    const key = rowKey(ecosystem, name);
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

/** Names what advisories say of a package. Ecosystems have no line breaks. */
export function rowKey(ecosystem: string, name: string): string {
  return `${ecosystem}\n${name}`;
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

/** The id of a finding, by what it is about. */
export function idOf(subject: string): string {
  return `vulnerability-${hash('sha256', subject).slice(0, 16)}`;
}
