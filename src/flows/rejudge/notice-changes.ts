import { changesSince } from '../../advisories/index.ts';
import type { Package } from '../../model/index.ts';
import { canonicalJson, type Policy, touchedImages } from '../../policy/index.ts';
import {
  allPackages,
  imagesWithPackages,
  type IndexedPackage,
  inTransaction,
  judgeAgain,
  type JudgingState,
  judgingPolicy,
  judgingState,
  keepJudgingPolicy,
  keepPackageAnswers,
  lockJudgingState,
  namedImages,
  packageAnswers,
  packagesOfNames,
  setJudgingState,
  type Store,
} from '../../server-store/index.ts';
import type { JudgingTerms } from './judging-terms.ts';

/** What made images due. */
export interface NoticedChanges {
  /** `policy`: one that says something else of some images alone. `older`: others judge by a newer advisory database than there is here. */
  readonly kind: 'none' | 'complete' | 'policy' | 'packages' | 'older';
  readonly images: number;
  /** Packages of which the advisories say something else. */
  readonly packages: number;
}

const none: NoticedChanges = { kind: 'none', images: 0, packages: 0 };

/**
 * Compares the terms with those by which everything was judged, and makes the images due that the difference touches: those of which
 * the policies may say different things, and of newer advisories those that have a package of which they say something else. One
 * process at a time; what is due, and that it was noticed, is kept in one transaction.
 */
export async function noticeChanges(store: Store, terms: JudgingTerms): Promise<NoticedChanges> {
  const next = stateOf(terms);
  if (isSame(await judgingState(store), next)) return none;
  return inTransaction(store, async ({ store: inner }) => {
    const before = await lockJudgingState(inner);
    if (isSame(before, next)) return none;
    // Of processes with several databases the one with the newest judges.
    if (isOlder(next, before)) return { ...none, kind: 'older' };
    const ofPolicy = await touchedByPolicy(inner, terms, before.policyDigest);
    await setJudgingState(inner, next);
    const isOtherDatabase =
      before.databaseDigest !== next.databaseDigest || before.databaseBuiltAt !== next.databaseBuiltAt;
    const packages =
      before.databaseDigest === next.databaseDigest ? [] : await touchedPackages(inner, terms, before.databaseDigest);
    const policyWhy = `policy ${terms.policy.name}`;
    if (ofPolicy === 'all' || packages === undefined || (isOtherDatabase && terms.asksDatabase)) {
      const why = ofPolicy === 'all' ? policyWhy : whyOf(terms);
      const images = await judgeAgain(inner, { images: 'all', why });
      return { kind: 'complete', images, packages: packages?.length ?? 0 };
    }
    let images = await judgeAgain(inner, { images: ofPolicy, why: policyWhy });
    if (!isOtherDatabase) return { kind: 'policy', images, packages: 0 };
    const why = whyOf(terms);
    images += await judgeAgain(inner, { images: await imagesWithPackages(inner, packages), why });
    images += await judgeAgain(inner, { images: 'stale', why });
    return { kind: 'packages', images, packages: packages.length };
  });
}

/** Images of which the policy may say something else than the one by which everything was judged; it is kept in the other's place. */
async function touchedByPolicy(
  store: Store,
  { policy: { policy, prepared } }: JudgingTerms,
  before: string | null,
): Promise<readonly string[] | 'all'> {
  if (before === prepared.digest) return [];
  const text = await judgingPolicy(store, before);
  await keepJudgingPolicy(store, prepared.digest, canonicalJson(policy));
  const touched = text === undefined ? 'all' : touchedImages(JSON.parse(text) as Policy, policy);
  if (touched === 'all') return 'all';
  return (await namedImages(store)).filter(touched).map(({ digest }) => digest);
}

/** Packages of which the database says something else than before; undefined where that is not known, or is of everything. */
async function touchedPackages(
  store: Store,
  terms: JudgingTerms,
  before: string | null,
): Promise<readonly number[] | undefined> {
  const { database, asksScores } = terms;
  if (database === undefined) return undefined;
  const changes = before === null ? undefined : changesSince(database.path, before);
  if (changes === undefined) {
    for await (const packages of allPackages(store)) await keepPackageAnswers(store, answersOf(packages, terms));
    return undefined;
  }
  const names = changes.packages.map(({ name }) => name);
  const candidates = await packagesOfNames(store, names);
  const ids = candidates.map(({ id }) => id);
  const known = await packageAnswers(store, ids);
  const changed = answersOf(candidates, terms).filter((answer) => (known.get(answer.package) ?? '') !== answer.digest);
  await keepPackageAnswers(store, changed);
  return changes.scores && asksScores ? undefined : changed.map((answer) => answer.package);
}

/** What the database says of packages, as digests. */
export function answersOf(
  packages: readonly IndexedPackage[],
  { matcher }: Pick<JudgingTerms, 'matcher'>,
): readonly { readonly package: number; readonly digest: string }[] {
  if (matcher === undefined) return [];
  return packages.map((found) => ({ package: found.id, digest: matcher.answerDigest(asPackage(found)) }));
}

/** Whether the terms are those by which everything is judged now: others may have noticed newer ones meanwhile. */
export function isCurrent(terms: JudgingTerms, state: JudgingState): boolean {
  return isSame(state, stateOf(terms));
}

function isOlder(a: JudgingState, b: JudgingState): boolean {
  return b.databaseMadeAt !== null && (a.databaseMadeAt === null || a.databaseMadeAt < b.databaseMadeAt);
}

function stateOf({ policy, database }: JudgingTerms): JudgingState {
  return {
    policyDigest: policy.prepared.digest,
    databaseDigest: database?.digest ?? null,
    databaseBuiltAt: database === undefined ? null : new Date(database.builtAt).toISOString(),
    databaseMadeAt: database === undefined ? null : new Date(database.madeAt).toISOString(),
  };
}

function isSame(a: JudgingState, b: JudgingState): boolean {
  return (
    a.policyDigest === b.policyDigest &&
    a.databaseDigest === b.databaseDigest &&
    a.databaseBuiltAt === b.databaseBuiltAt
  );
}

function whyOf({ database }: JudgingTerms): string {
  return database === undefined ? 'there is no advisory database' : `advisories of ${database.builtAt.slice(0, 16)}Z`;
}

/** As much of a package as matching asks for. */
function asPackage({ id, ...found }: IndexedPackage): Package {
  return { ...found, id: String(id), licenses: [], evidence: 'installed', cataloger: '', place: { owner: 'app' } };
}
