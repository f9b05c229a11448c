import type { LedgerEvent } from '../../ledger/index.ts';
import type { Verdict } from '../../model/index.ts';
import {
  databaseBodies,
  inTransaction,
  keepJudgements,
  keepPackageAnswers,
  keepTurns,
  type NewJudgement,
  packagesOfImages,
  placesOf,
  shareJudgingState,
  type Store,
  takeDue,
  tellLive,
  type TurnedVerdict,
} from '../../server-store/index.ts';
import { judgeImage } from './judge-image.ts';
import type { JudgingTerms } from './judging-terms.ts';
import { answersOf, isCurrent } from './notice-changes.ts';
import { reasonOf, turnOf } from './turn.ts';

export interface JudgedSlice {
  readonly judged: number;
  /** Verdicts whose word became another. */
  readonly turned: number;
  /** Nothing was judged: others have noticed newer terms. */
  readonly isOutdated?: boolean;
}

/**
 * Judges some of the images that are due and keeps what came of it: verdicts with their history, lives of findings, entries of the
 * ledger, what turned, and that the images are no longer due. All of it is there afterwards, or nothing, and then it is done again.
 */
export async function judgeDue(
  store: Store,
  { terms, limit, now }: { readonly terms: JudgingTerms; readonly limit: number; readonly now: Date },
): Promise<JudgedSlice> {
  return inTransaction(store, async ({ store: inner, appendToLedger }) => {
    if (!isCurrent(terms, await shareJudgingState(inner))) return { judged: 0, turned: 0, isOutdated: true };
    const due = await takeDue(inner, limit);
    const bodies = databaseBodies(inner);
    const judgements: NewJudgement[] = [];
    for (const each of due) {
      const judgement = await judgeImage(each, { store: inner, bodies, terms, now });
      if (judgement !== undefined) judgements.push(judgement);
    }
    if (judgements.length === 0) return { judged: 0, turned: 0 };
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
    const fresh = judgements.filter(({ input }) => input !== undefined).map(({ due: { image } }) => image);
    if (fresh.length > 0) await keepPackageAnswers(inner, answersOf(await packagesOfImages(inner, fresh), terms));
    if (changed.length > 0) await appendToLedger(changed.map(entryOf));
    return { judged: judgements.length, turned: turned.length };
  });
}

const judgeActor = { kind: 'automation', name: 'plimsoll', known: 'server' } as const;

function entryOf({ due, verdict, before }: TurnedVerdict): LedgerEvent {
  return {
    actor: judgeActor,
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
