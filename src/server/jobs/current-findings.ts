import { statSync } from 'node:fs';
import { assess, type JudgingTerms, judgingTerms } from '../../flows/rejudge/index.ts';
import type { ImageRecord } from '../../model/index.ts';
import { withoutAdvisories } from '../../record/index.ts';
import type { Store } from '../../server-store/index.ts';

/** Records as the advisories of now see them: what is kept has the findings of the day on which it was made. */
export class CurrentFindings {
  readonly #store: Store;
  readonly #databasePath: string;
  #terms: JudgingTerms | undefined;
  #stamp: string | undefined;

  constructor(store: Store, databasePath: string) {
    this.#store = store;
    this.#databasePath = databasePath;
  }

  /** The record with the findings of now; as it was made, where there is no database here. */
  async of(record: ImageRecord): Promise<ImageRecord> {
    const stat = statSync(this.#databasePath, { throwIfNoEntry: false });
    const stamp = stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    if (stamp !== this.#stamp) {
      const next = stamp === '' ? undefined : await judgingTerms(this.#store, this.#databasePath, new Date());
      this.close();
      [this.#terms, this.#stamp] = [next, stamp];
    }
    const terms = this.#terms;
    return terms?.matcher === undefined ? record : assess(withoutAdvisories(record), terms);
  }

  close(): void {
    this.#terms?.database?.close();
    this.#terms = undefined;
    this.#stamp = undefined;
  }
}
