import {
  assess,
  type BriefRecord,
  briefRecord,
  inPlaceOf,
  type JudgingTerms,
  judgingTerms,
  wholeRecord,
} from '../../flows/rejudge/index.ts';
import type { ImageRecord } from '../../model/index.ts';
import { withoutAdvisories } from '../../record/index.ts';
import type { Store } from '../../server-store/index.ts';
import { stampOf } from '../answers/file-stamps.ts';

/** Records as the advisories of now see them: what is kept has the findings of the day on which it was made. */
export class CurrentFindings {
  readonly #store: Store;
  readonly #databasePath: string;
  #terms: JudgingTerms | undefined;
  #stamp: string | undefined;
  #opening: Promise<void> | undefined;

  constructor(store: Store, databasePath: string) {
    this.#store = store;
    this.#databasePath = databasePath;
  }

  /** The record with the findings of now; as it was made, where there is no database here. */
  async of(record: ImageRecord): Promise<ImageRecord> {
    const { matcher } = await this.#current();
    return matcher === undefined ? record : assess(withoutAdvisories(record), { matcher });
  }

  /**
   * The record as it is judged here: by this server's advisories whatever those of its sender say. Without a database here
   * nothing is known of its vulnerabilities.
   */
  async asJudged(record: ImageRecord): Promise<ImageRecord> {
    return assess(withoutAdvisories(record), { matcher: (await this.#current()).matcher });
  }

  /** The same as `of` of the record in that body, but for what `BriefRecord` leaves out: a tenth of the work. */
  async brief(kept: { readonly image: string; readonly body: string }): Promise<BriefRecord> {
    const { record, isWhole, shared } = await briefRecord(this.#store, kept);
    const { matcher } = await this.#current();
    if (matcher !== undefined) return { record: assess(withoutAdvisories(record), { matcher, shared }), isWhole };
    return { record: isWhole ? record : await wholeRecord(this.#store, kept), isWhole: true };
  }

  /** The record in that body as it was made. @throws CodedError as `Bodies.get`. */
  whole(kept: { readonly image: string; readonly body: string }): Promise<ImageRecord> {
    return wholeRecord(this.#store, kept);
  }

  /** Told apart by it: what two databases say. */
  get stamp(): string {
    return stampOf(this.#databasePath);
  }

  close(): void {
    this.#terms?.database?.close();
    this.#terms = undefined;
    this.#stamp = undefined;
  }

  /** To be used at once: the next one that asks may close it. */
  async #current(): Promise<Partial<Pick<JudgingTerms, 'matcher'>>> {
    while (this.stamp !== this.#stamp)
      await (this.#opening ??= this.#open(this.stamp).finally(() => (this.#opening = undefined)));
    return this.#terms ?? {};
  }

  /** Once for all that ask meanwhile. */
  async #open(stamp: string): Promise<void> {
    const next = stamp === '' ? undefined : await judgingTerms(this.#store, this.#databasePath, new Date());
    if (next === undefined) this.close();
    else this.#terms = inPlaceOf(this.#terms, next);
    this.#stamp = stamp;
  }
}
