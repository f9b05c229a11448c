import type * as bodyPlaces from '../../body-places/index.ts';
import { CodedError } from '../../model/index.ts';

/** After a place failed it is not asked again for so long: whoever has many questions would wait for each. */
const restMs = 10_000;

/** The places outside of the database that this process has to do with. Their code is loaded when one is first needed. */
export class BodyPlaces {
  /** Where new bodies go, as the setting has it; undefined: into the database. */
  readonly setting: string | undefined;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #retryBaseMs: number | undefined;
  readonly #open = new Map<string, bodyPlaces.BodyPlace>();
  readonly #failures = new Map<string, { readonly error: CodedError; readonly atMs: number }>();

  constructor({
    setting,
    env,
    retryBaseMs,
  }: {
    readonly setting: string | undefined;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly retryBaseMs?: number | undefined;
  }) {
    this.setting = setting === '' || setting === 'database' ? undefined : setting;
    this.#env = env;
    this.#retryBaseMs = retryBaseMs;
  }

  /** The setting's one form. @throws CodedError `body-place-invalid` */
  async address(): Promise<string | undefined> {
    return this.setting === undefined ? undefined : (await load()).placeAddress(this.setting);
  }

  /** Does something at a place. @throws CodedError `body-place-…`; at once, where it failed a moment ago. */
  async use<T>(address: string, work: (place: bodyPlaces.BodyPlace) => Promise<T>): Promise<T> {
    const failure = this.#failures.get(address);
    if (failure !== undefined && performance.now() - failure.atMs < restMs) throw failure.error;
    try {
      const result = await work(await this.#at(address));
      this.#failures.delete(address);
      return result;
    } catch (error) {
      if (isPlaceTrouble(error)) this.#failures.set(address, { error, atMs: performance.now() });
      throw error;
    }
  }

  /** What a place last failed with, until it answers again. */
  trouble(): CodedError | undefined {
    return this.#failures.values().next().value?.error;
  }

  close(): void {
    for (const place of this.#open.values()) place.close();
    this.#open.clear();
  }

  async #at(address: string): Promise<bodyPlaces.BodyPlace> {
    const { openPlace } = await load();
    const known = this.#open.get(address);
    if (known !== undefined) return known;
    const retry = this.#retryBaseMs === undefined ? {} : { retryBaseMs: this.#retryBaseMs };
    const place = openPlace(address, { env: this.#env, ...retry });
    this.#open.set(address, place);
    return place;
  }
}

/** The place can't be asked now, which says nothing of what lies there. */
export function isPlaceTrouble(error: unknown): error is CodedError {
  return error instanceof CodedError && error.code.startsWith('body-place-');
}

function load(): Promise<typeof bodyPlaces> {
  return import('../../body-places/index.ts');
}
