import { statSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { countDue, judgeAgain, nextJudging, restVerdicts, type Store } from '../../server-store/index.ts';
import { type FailedImage, judgeDue } from './judge-due.ts';
import { inPlaceOf, type JudgingTerms, judgingTerms } from './judging-terms.ts';
import { noticeChanges, type NoticedChanges } from './notice-changes.ts';

export interface RejudgeOutcome {
  readonly noticed: NoticedChanges;
  /** By which advisory database, the last where another took its place meanwhile; absent: there was none. */
  readonly databaseDigest: string | undefined;
  readonly judged: number;
  readonly turned: number;
  /** Images whose record is lost or was altered; the first 100. */
  readonly failed: readonly FailedImage[];
  /** Images whose record lies where nobody answers now: they are still due. */
  readonly postponed: readonly FailedImage[];
  /** The next moment at which time alone may turn a verdict. */
  readonly next: string | undefined;
}

interface Sum {
  judged: number;
  turned: number;
  readonly failed: FailedImage[];
  readonly postponed: FailedImage[];
  isOutdated: boolean;
}

/** Judges stored records again. One of these lives as long as its process, so that what was looked up stays known. */
export class Rejudger {
  readonly #store: Store;
  readonly #databasePath: string;
  readonly #bases: string | undefined;
  readonly #sliceSize: number;
  #terms: JudgingTerms | undefined;
  #stamp = '';

  constructor(
    store: Store,
    {
      databasePath,
      bases,
      sliceSize = 100,
    }: {
      readonly databasePath: string;
      /** Folder of the catalogue of bases. */
      readonly bases?: string | undefined;
      readonly sliceSize?: number;
    },
  ) {
    this.#store = store;
    this.#databasePath = databasePath;
    this.#bases = bases;
    this.#sliceSize = sliceSize;
  }

  /**
   * Notices what changed since everything was judged (policy, waivers, advisories, time), judges what that touches, and whatever
   * else is due. Safe in several processes at once, and after any crash.
   */
  async run(now: () => Date, signal?: AbortSignal): Promise<RejudgeOutcome> {
    let noticed: NoticedChanges | undefined;
    const sum: Sum = { judged: 0, turned: 0, failed: [], postponed: [], isOutdated: true };
    while (sum.isOutdated) {
      sum.isOutdated = false;
      const terms = await this.#currentTerms(now());
      const more = await noticeChanges(this.#store, terms);
      if (noticed === undefined || more.kind !== 'none') noticed = more;
      if (more.kind === 'older') break;
      await judgeAgain(this.#store, { images: 'new', why: 'a new record' });
      await judgeAgain(this.#store, { images: { dueBefore: now() }, why: 'time has gone by' });
      // While one waits for the database, the other judges.
      const judgeAll = (): Promise<void> => this.#judgeAllDue(terms, { sum, now, signal });
      await Promise.all([judgeAll(), judgeAll(), this.#rest(terms, now())]);
    }
    const { judged, turned, failed, postponed } = sum;
    const databaseDigest = this.#terms?.database?.digest;
    return {
      noticed: noticed!,
      databaseDigest,
      judged,
      turned,
      failed,
      postponed,
      next: await nextJudging(this.#store),
    };
  }

  async #judgeAllDue(
    terms: JudgingTerms,
    { sum, now, signal }: { readonly sum: Sum; readonly now: () => Date; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const except = sum.postponed.map(({ image }) => image);
      const slice = await judgeDue(this.#store, { terms, limit: this.#sliceSize, except, now: now() });
      if (slice.isOutdated === true) sum.isOutdated = true;
      if (sum.failed.length < 100) sum.failed.push(...slice.failed);
      sum.postponed.push(...slice.postponed);
      if (slice.judged === 0 && slice.postponed.length === 0) return;
      sum.judged += slice.judged;
      sum.turned += slice.turned;
      await breathe();
    }
  }

  /** What was not touched says the same by what is newer. */
  #rest({ policy, database }: JudgingTerms, now: Date): Promise<void> {
    const policyDigest = policy.prepared.digest;
    return restVerdicts(this.#store, { policyDigest, databaseDigest: database?.digest ?? null, now });
  }

  /** How many images wait. */
  waiting(): Promise<number> {
    return countDue(this.#store);
  }

  close(): void {
    this.#terms?.database?.close();
    this.#terms = undefined;
  }

  async #currentTerms(now: Date): Promise<JudgingTerms> {
    const stamp = stampOf(this.#databasePath);
    const terms = await judgingTerms(this.#store, this.#databasePath, now, this.#bases);
    const known = this.#terms;
    if (known !== undefined && stamp === this.#stamp && terms.database?.digest === known.database?.digest) {
      // What was looked up stays.
      terms.database?.close();
      this.#terms = { ...terms, database: known.database, matcher: known.matcher };
    } else {
      this.#terms = inPlaceOf(known, terms);
    }
    this.#stamp = stamp;
    return this.#terms;
  }
}

/** The database is only ever replaced whole. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}
