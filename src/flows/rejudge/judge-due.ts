import { setImmediate as breathe } from 'node:timers/promises';
import { type LedgerEvent, serverActor } from '../../ledger/index.ts';
import type { Verdict } from '../../model/index.ts';
import {
  bodiesOf,
  evidenceOf,
  inTransaction,
  isPlaceTrouble,
  isUnreadable,
  keepJudgements,
  keepPackageAnswers,
  keepTurns,
  type NewJudgement,
  noteUnreadable,
  packagesOfImages,
  placesOf,
  shareJudgingState,
  type Store,
  takeDue,
  tellLive,
  type TurnedVerdict,
} from '../../server-store/index.ts';
import { judgeImage, judgeLost } from './judge-image.ts';
import type { JudgingTerms } from './judging-terms.ts';
import { answersOf, isCurrent } from './notice-changes.ts';
import { reasonOf, turnOf } from './turn.ts';

export interface FailedImage {
  readonly image: string;
  readonly why: string;
}

export interface JudgedSlice {
  readonly judged: number;
  /** Verdicts whose word became another. */
  readonly turned: number;
  /** Images whose record is lost or was altered: they are judged to be ones that can't be told. */
  readonly failed: readonly FailedImage[];
  /** Images whose record can't be asked for now: they stay due, and keep the verdict that they have until then. */
  readonly postponed: readonly FailedImage[];
  /** Nothing was judged: others have noticed newer terms. */
  readonly isOutdated?: boolean;
}

/** How many images are judged before others have their turn: some two milliseconds. */
const imagesAtOnce = 4;

const nothing: JudgedSlice = { judged: 0, turned: 0, failed: [], postponed: [] };

/**
 * Judges some of the images that are due and keeps what came of it: verdicts with their history, lives of findings, entries of the
 * ledger, what turned, and that the images are no longer due. All of it is there afterwards, or nothing, and then it is done again.
 */
export async function judgeDue(
  store: Store,
  {
    terms,
    limit,
    except,
    now,
  }: {
    readonly terms: JudgingTerms;
    readonly limit: number;
    /** Images that were postponed. */
    readonly except: readonly string[];
    readonly now: Date;
  },
): Promise<JudgedSlice> {
  return inTransaction(store, async ({ store: inner, appendToLedger }) => {
    if (!isCurrent(terms, await shareJudgingState(inner))) return { ...nothing, isOutdated: true };
    const due = await takeDue(inner, limit, except);
    const bodies = bodiesOf(inner);
    const images = due.map(({ image }) => image);
    const evidence = terms.trust === undefined ? undefined : await evidenceOf(inner, images);
    const judgements: NewJudgement[] = [];
    const failed: FailedImage[] = [];
    const postponed: FailedImage[] = [];
    for (const [i, each] of due.entries()) {
      // What another slice waits for from the database is taken in meanwhile.
      if (i % imagesAtOnce === imagesAtOnce - 1) await breathe();
      try {
        const judgement = await judgeImage(each, { store: inner, bodies, terms, evidence, now });
        if (judgement !== undefined) judgements.push(judgement);
      } catch (error) {
        // One must not keep all others from being judged.
        if (isPlaceTrouble(error)) postponed.push({ image: each.image, why: error.message });
        else if (!isUnreadable(error)) throw error;
        else {
          await noteUnreadable(inner, each.body, error.message);
          failed.push({ image: each.image, why: error.message });
          judgements.push(judgeLost(each, error.message, { terms, now }));
        }
      }
    }
    if (judgements.length === 0) return { ...nothing, failed, postponed };
    const changed = await keepJudgements(inner, judgements, now);
    const turned = changed.filter(({ before }) => before !== undefined);
    if (turned.length > 0) {
      const places = Map.groupBy(
        await placesOf(inner, [...new Set(turned.map(({ due: { image } }) => image))]),
        (place) => place.image,
      );
      const turns = turned.map((each) => turnOf(each, { places: places.get(each.due.image) ?? [], now }));
      await keepTurns(inner, turns);
      await tellLive(
        inner,
        turns.map(({ at, image, name, scope, before, result, why, team, body }) => ({
          team,
          body: {
            kind: 'verdict',
            at,
            image,
            name,
            scope,
            from: before,
            to: result,
            why: `${body.reason} (${why})`,
            running: body.running,
          },
        })),
      );
    }
    const fresh = judgements
      .filter(({ input }) => input !== undefined && input.length > 0)
      .map(({ due: { image } }) => image);
    if (fresh.length > 0) {
      const answers = answersOf(await packagesOfImages(inner, fresh), terms);
      await keepPackageAnswers(
        inner,
        answers.filter(({ digest }) => digest !== ''),
      );
    }
    if (changed.length > 0) await appendToLedger(changed.map(entryOf));
    return { judged: judgements.length, turned: turned.length, failed, postponed };
  });
}

function entryOf({ due, verdict, before }: TurnedVerdict): LedgerEvent {
  return {
    actor: serverActor,
    action: 'verdict.give',
    subject: { kind: 'image', name: due.image },
    why: due.why.slice(0, 4000),
    details: {
      scope: verdict.scope.slice(0, 512),
      result: verdict.result,
      before: before ?? 'unknown',
      reason: reasonOf(verdict).slice(0, 1000),
      policy: verdict.policy.name,
      policyDigest: verdict.policy.digest,
      ...databaseOf(verdict),
    },
  };
}

function databaseOf({ databaseDigest }: Verdict): { readonly databaseDigest?: string } {
  return databaseDigest === undefined ? {} : { databaseDigest };
}
