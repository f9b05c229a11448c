import { changesSince } from '../../advisories/index.ts';
import type { Package } from '../../model/index.ts';
import {
  allPackages,
  imagesWithEvidence,
  imagesWithPackages,
  type IndexedPackage,
  inTransaction,
  judgeAgain,
  type JudgingState,
  judgingState,
  keepPackageAnswers,
  lockJudgingState,
  packageAnswers,
  packagesOfNames,
  restOnDatabase,
  setJudgingState,
  type Store,
} from '../../server-store/index.ts';
import { imagesTouched } from '../vex/index.ts';
import type { JudgingTerms } from './judging-terms.ts';

/** What made images due. */
export interface NoticedChanges {
  /** `older`: others judge by a newer advisory database than there is here. */
  readonly kind: 'none' | 'complete' | 'packages' | 'words' | 'older';
  readonly images: number;
  /** Packages of which the advisories say something else. */
  readonly packages: number;
}

const none: NoticedChanges = { kind: 'none', images: 0, packages: 0 };

/**
 * Compares the terms with those by which everything was judged, and makes the images due that the difference touches: all where the
 * policy changed, of VEX documents those that they are about, of the trust root those that
 * something vouches for, and of newer advisories those that have a package of which they say
 * something else. One process at a time; what
 * is due, and that it was noticed, is kept in one transaction.
 */
export async function noticeChanges(
  store: Store,
  { terms, now }: { readonly terms: JudgingTerms; readonly now: Date },
): Promise<NoticedChanges> {
  const next = stateOf(terms);
  if (isSame(await judgingState(store), next)) return none;
  return inTransaction(store, async ({ store: inner }) => {
    const before = await lockJudgingState(inner);
    if (isSame(before, next)) return none;
    // Of processes with several databases the one with the newest judges.
    if (isOlder(next, before)) return { ...none, kind: 'older' };
    await setJudgingState(inner, next);
    const byVex = before.vexChange === next.vexChange ? 0 : await noticeVex(inner, before.vexChange);
    const byTrust = before.trustedBy === next.trustedBy ? 0 : await noticeTrust(inner, terms);
    const isOfPolicy = before.policyDigest !== next.policyDigest;
    const why = isOfPolicy ? `policy ${terms.policy.name}` : whyOf(terms);
    const touched =
      before.databaseDigest === next.databaseDigest ? [] : await touchedPackages(inner, terms, before.databaseDigest);
    if (isOfPolicy || touched === undefined || (terms.asksDatabase && next.databaseDigest !== null)) {
      const images = await judgeAgain(inner, { images: 'all', why });
      return { kind: 'complete', images, packages: touched?.length ?? 0 };
    }
    if (before.databaseDigest === next.databaseDigest) return { kind: 'words', images: byVex + byTrust, packages: 0 };
    const found = await imagesWithPackages(inner, touched);
    const images =
      (await judgeAgain(inner, { images: found, why })) + (await judgeAgain(inner, { images: 'stale', why }));
    if (next.databaseDigest !== null) await restOnDatabase(inner, { databaseDigest: next.databaseDigest, now });
    return { kind: 'packages', images: images + byVex + byTrust, packages: touched.length };
  });
}

/** Makes the images due that VEX documents are about which came or went; tells how many. */
async function noticeVex(store: Store, since: number): Promise<number> {
  let count = 0;
  for (const { document, images } of await imagesTouched(store, since))
    count += await judgeAgain(store, { images, why: `VEX ${document.slice(0, 200)}` });
  return count;
}

/** Makes the images due beside which something lies that somebody signed. */
async function noticeTrust(store: Store, { trust }: JudgingTerms): Promise<number> {
  const why =
    trust === undefined ? 'there is no trust root' : `trust root ${trust.root.name} or the catalogue of bases`;
  return judgeAgain(store, { images: await imagesWithEvidence(store), why });
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
  return b.databaseBuiltAt !== null && (a.databaseBuiltAt === null || a.databaseBuiltAt < b.databaseBuiltAt);
}

function stateOf({ policy, vex, trust, database }: JudgingTerms): JudgingState {
  return {
    policyDigest: policy.prepared.digest,
    vexChange: vex.change,
    trustedBy: trust?.by ?? null,
    databaseDigest: database?.digest ?? null,
    databaseBuiltAt: database === undefined ? null : new Date(database.builtAt).toISOString(),
  };
}

function isSame(a: JudgingState, b: JudgingState): boolean {
  return (
    a.policyDigest === b.policyDigest &&
    a.vexChange === b.vexChange &&
    a.trustedBy === b.trustedBy &&
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
