import { hash } from 'node:crypto';
import type { AdvisoryCoverage, OperatingSystem, Package, Problem, VulnerabilityFinding } from '../../model/index.ts';
import { compareSeverity } from '../../model/index.ts';
import type { AdvisoryDatabase } from '../database/advisory-database.ts';
import type { DatabaseChanges } from '../database/changes.ts';
import { idOf, Lookup, type Matched, rowKey } from './lookup.ts';
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

  /**
   * One for a later state of the database, which knows from the start what an earlier one has looked up of packages that are not
   * among the changes; the earlier one's database need not be open any more. Scores are part of what is known: where they changed,
   * nothing may be taken over.
   */
  static after(
    earlier: AdvisoryMatcher,
    database: AdvisoryDatabase,
    { packages, scores }: DatabaseChanges,
  ): AdvisoryMatcher {
    const later = new AdvisoryMatcher(database, earlier.#lookup.most);
    if (!scores)
      later.#lookup.takeOver(earlier.#lookup, new Set(packages.map((each) => rowKey(each.ecosystem, each.name))));
    return later;
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

function findingId(subject: readonly string[]): string {
  return idOf(subject.join('\0'));
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
