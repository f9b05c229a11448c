import { changesSince } from '../../advisories/index.ts';
import { type LedgerEvent, serverActor } from '../../ledger/index.ts';
import type { Package } from '../../model/index.ts';
import { canonicalJson, changedReaches, type Policy, touchedImages, type Waiver } from '../../policy/index.ts';
import {
  allPackages,
  imagesWithEvidence,
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
import { imagesTouched } from '../vex/index.ts';
import type { JudgingTerms } from './judging-terms.ts';
import { imagesCovered } from './waiver-reach.ts';

/** What made images due. */
export interface NoticedChanges {
  /**
   * `policy`: one that says something else of some images alone. `words`: what people say of images or trust. `older`: others judge by a
   * newer advisory database than there is here.
   */
  readonly kind: 'none' | 'complete' | 'policy' | 'packages' | 'words' | 'older';
  readonly images: number;
  /** Packages of which the advisories say something else. */
  readonly packages: number;
}

const none: NoticedChanges = { kind: 'none', images: 0, packages: 0 };

/**
 * Compares the terms with those by which everything was judged, and makes the images due that the difference touches: those of which
 * the policies may say different things; of VEX documents those that they are about; of the trust root those that something vouches
 * for; of newer advisories those that have a package of which they say something else. One process at a time; what is due, and that it
 * was noticed, is kept in one transaction.
 */
export async function noticeChanges(store: Store, terms: JudgingTerms): Promise<NoticedChanges> {
  const next = stateOf(terms);
  if (isSame(await judgingState(store), next)) return none;
  return inTransaction(store, async ({ store: inner, appendToLedger }) => {
    const before = await lockJudgingState(inner);
    if (isSame(before, next)) return none;
    // Of processes with several databases the one with the newest judges.
    if (isOlder(next, before)) return { ...none, kind: 'older' };
    const ofPolicy = await touchedByPolicy(inner, terms, before.policyDigest);
    await setJudgingState(inner, next);
    const noticed = await makeDue(inner, { terms, before, next, ofPolicy });
    await appendToLedger([beginning(terms, { before, next, noticed })]);
    return noticed;
  });
}

/** Makes due what the difference between two states touches. */
async function makeDue(
  inner: Store,
  {
    terms,
    before,
    next,
    ofPolicy,
  }: {
    readonly terms: JudgingTerms;
    readonly before: JudgingState;
    readonly next: JudgingState;
    readonly ofPolicy: readonly string[] | 'all';
  },
): Promise<NoticedChanges> {
  const isOtherDatabase =
    before.databaseDigest !== next.databaseDigest || before.databaseBuiltAt !== next.databaseBuiltAt;
  const packages =
    before.databaseDigest === next.databaseDigest ? [] : await touchedPackages(inner, terms, before.databaseDigest);
  const policyWhy = `policy ${terms.policy.name}`;
  let images = before.vexChange === next.vexChange ? 0 : await noticeVex(inner, before.vexChange);
  if (before.trustedBy !== next.trustedBy) images += await noticeTrust(inner, terms);
  if (ofPolicy === 'all' || packages === undefined || (isOtherDatabase && terms.asksDatabase)) {
    const why = ofPolicy === 'all' ? policyWhy : whyOf(terms);
    images = await judgeAgain(inner, { images: 'all', why });
    return { kind: 'complete', images, packages: packages?.length ?? 0 };
  }
  images += await judgeAgain(inner, { images: ofPolicy, why: policyWhy });
  if (!isOtherDatabase)
    return { kind: before.policyDigest === next.policyDigest ? 'words' : 'policy', images, packages: 0 };
  const why = whyOf(terms);
  images += await judgeAgain(inner, { images: await imagesWithPackages(inner, packages), why });
  images += await judgeAgain(inner, { images: 'stale', why });
  return { kind: 'packages', images, packages: packages.length };
}

/** What the ledger says of it: by what everything is judged from here on. */
function beginning(
  { policy, database }: JudgingTerms,
  {
    before,
    next,
    noticed,
  }: { readonly before: JudgingState; readonly next: JudgingState; readonly noticed: NoticedChanges },
): LedgerEvent {
  return {
    actor: serverActor,
    action: 'judging.begin',
    subject: { kind: 'policy', name: policy.name },
    details: {
      policyDigest: next.policyDigest,
      policyDigestBefore: before.policyDigest,
      databaseDigest: next.databaseDigest,
      databaseDigestBefore: before.databaseDigest,
      databaseBuiltAt: database?.builtAt,
      extent: noticed.kind,
      images: noticed.images,
      packages: noticed.packages,
    },
  };
}

/** Images of which the policy may say something else than the one by which everything was judged; it is kept in the other's place. */
async function touchedByPolicy(
  store: Store,
  { policy: { policy, prepared }, database }: JudgingTerms,
  before: string | null,
): Promise<readonly string[] | 'all'> {
  if (before === prepared.digest) return [];
  const text = await judgingPolicy(store, before);
  await keepJudgingPolicy(store, prepared.digest, canonicalJson(policy));
  if (text === undefined) return 'all';
  const old = JSON.parse(text) as Policy;
  const covered = new Map<Waiver, ReadonlySet<string>>();
  for (const { waiver, ...reach } of changedReaches(old, policy)) {
    const images = await imagesCovered(store, reach, database);
    if (images !== undefined) covered.set(waiver, images);
  }
  const touched = touchedImages(old, policy, (waiver) => covered.get(waiver));
  if (touched === 'all') return 'all';
  return (await namedImages(store)).filter(touched).map(({ digest }) => digest);
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
  return b.databaseMadeAt !== null && (a.databaseMadeAt === null || a.databaseMadeAt < b.databaseMadeAt);
}

function stateOf({ policy, vex, trust, database }: JudgingTerms): JudgingState {
  return {
    policyDigest: policy.prepared.digest,
    vexChange: vex.change,
    trustedBy: trust?.by ?? null,
    databaseDigest: database?.digest ?? null,
    databaseBuiltAt: database === undefined ? null : new Date(database.builtAt).toISOString(),
    databaseMadeAt: database === undefined ? null : new Date(database.madeAt).toISOString(),
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
