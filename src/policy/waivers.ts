import type { ImageRecord, Waived } from '../model/index.ts';
import { isOver, momentsAfter } from './days.ts';
import { imageNames } from './image-names.ts';
import { packageNames } from './package-names.ts';
import { matchesPattern } from './pattern.ts';
import type { Waiver } from './policy.ts';
import type { Draft, RecordLookup } from './rule.ts';

/** A violation as waivers see it. */
export interface Waivable {
  readonly id: string;
  readonly rule: string;
  readonly draft: Draft;
}

export interface EndedWaiver {
  readonly id: string;
  readonly why: string;
}

interface Place {
  readonly record: ImageRecord;
  readonly scope: string;
  readonly scopeNames: readonly string[];
  readonly reference: string | undefined;
  readonly now: Date;
}

/** The waivers of a policy that concern one image in one scope; remembers which of them did something. */
export class ApplicableWaivers {
  readonly #waivers: readonly Waiver[];
  readonly #expired: readonly Waiver[];
  readonly #used = new Set<Waiver>();
  /** Expired ones that name no image and would cover something here that nothing else covers. */
  readonly #missed = new Set<Waiver>();
  readonly #fixed = new Map<Waiver, string>();

  constructor(waivers: readonly Waiver[], place: Place) {
    const here = waivers.length === 0 ? [] : waivers.filter((waiver) => concerns(waiver, place));
    this.#waivers = here.filter(({ expires }) => expires === undefined || isOver(expires, place.now) === false);
    this.#expired = here.filter((waiver) => !this.#waivers.includes(waiver));
  }

  /** The first waiver that covers a violation. */
  find(violation: Waivable, lookup: RecordLookup): Waived['waiver'] | undefined {
    if (this.#waivers.length === 0 && this.#expired.length === 0) return undefined;
    const names = new ViolationNames(violation, lookup);
    for (const waiver of this.#waivers) {
      if (!covers(waiver, names)) continue;
      this.#used.add(waiver);
      const { finding } = violation.draft;
      if (waiver.untilFixed === true && finding?.kind === 'vulnerability' && finding.fix.state === 'fixed') {
        this.#fixed.set(waiver, finding.fix.version ?? 'a newer version');
        continue;
      }
      const { id, owner, reason, expires } = waiver;
      return { id, owner, reason, ...(expires === undefined ? {} : { expires }) };
    }
    for (const waiver of this.#expired)
      if (waiver.image === undefined && covers(waiver, names)) this.#missed.add(waiver);
    return undefined;
  }

  /** The moments at which one of them ends that does something here; to be asked when every violation has been seen. */
  moments(): readonly number[] {
    return this.#waivers
      .filter((waiver) => waiver.image !== undefined || this.#used.has(waiver))
      .flatMap(({ expires }) => momentsAfter(expires, 1));
  }

  /**
   * Those that do nothing here any more, in the policy's order; to be asked when every violation has been seen. One that names no
   * image is of those alone in which it would cover something.
   */
  ended(): readonly EndedWaiver[] {
    const ended: EndedWaiver[] = this.#expired
      .filter((waiver) => waiver.image !== undefined || this.#missed.has(waiver))
      .map(({ id, expires }) => ({ id, why: `it expired on ${expires}` }));
    for (const waiver of this.#waivers) {
      const version = this.#fixed.get(waiver);
      if (version !== undefined) ended.push({ id: waiver.id, why: `a fix is out: ${version}` });
      else if (waiver.image !== undefined && !this.#used.has(waiver))
        ended.push({ id: waiver.id, why: 'it matches nothing in this image any more' });
    }
    return ended;
  }
}

/** The waivers that none of the verdicts used: over a whole fleet, those that no longer match anything. */
export function unusedWaivers(
  waivers: readonly Waiver[],
  verdicts: Iterable<{ readonly waived: readonly Waived[] }>,
): readonly Waiver[] {
  const used = new Set<string>();
  for (const { waived } of verdicts) for (const { waiver } of waived) used.add(waiver.id);
  return waivers.filter(({ id }) => !used.has(id));
}

function concerns(waiver: Waiver, { record, scope, scopeNames, reference }: Place): boolean {
  if (waiver.image !== undefined && !imageNames(record, reference).some((name) => matchesPattern(waiver.image!, name)))
    return false;
  return waiver.scope === undefined || [scope, ...scopeNames].some((name) => matchesPattern(waiver.scope!, name));
}

function covers(waiver: Waiver, names: ViolationNames): boolean {
  if (waiver.finding !== undefined && !matchesOne(waiver.finding, names.findings)) return false;
  if (waiver.rule !== undefined && !matchesPattern(waiver.rule, names.rule)) return false;
  if (waiver.path !== undefined && !(names.path !== undefined && matchesPattern(waiver.path, names.path))) return false;
  return waiver.package === undefined || matchesOne(waiver.package, names.packages);
}

function matchesOne(pattern: string, names: readonly string[]): boolean {
  for (const name of names) if (matchesPattern(pattern, name)) return true;
  return false;
}

/** The names by which waivers may know a violation. */
class ViolationNames {
  readonly rule: string;
  readonly path: string | undefined;
  readonly findings: readonly string[];
  readonly #draft: Draft;
  readonly #lookup: RecordLookup;
  #packages: readonly string[] | undefined;

  constructor({ id, rule, draft }: Waivable, lookup: RecordLookup) {
    this.rule = rule;
    this.path = draft.place?.path;
    this.findings = findingNames(id, draft);
    this.#draft = draft;
    this.#lookup = lookup;
  }

  get packages(): readonly string[] {
    return (this.#packages ??= namesOfPackage(this.#draft, this.#lookup));
  }
}

function findingNames(id: string, { subject, finding }: Draft): readonly string[] {
  const names = [id, subject];
  if (finding?.kind === 'vulnerability') names.push(finding.advisory, ...finding.aliases);
  if (finding?.kind === 'secret') names.push(finding.rule);
  if (finding?.kind === 'misconfiguration') names.push(finding.check);
  return names;
}

function namesOfPackage({ finding, package: named }: Draft, lookup: RecordLookup): readonly string[] {
  if (named === undefined) return [];
  const found = finding?.kind === 'vulnerability' ? lookup.package(finding.packageId) : undefined;
  const bare = named.slice(0, Math.max(named.lastIndexOf('@'), 0));
  return found === undefined ? [named, bare] : packageNames(found);
}
