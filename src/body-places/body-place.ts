import type { Digest } from '../model/index.ts';

/** A place outside of the database where large things lie (records, SBOMs), as they were packed. */
export interface BodyPlace {
  /** As the setting names it; no secrets. Its data are found again by it. */
  readonly address: string;
  /**
   * Where a body would come to lie, told before anything is sent, so that it can be noted; undefined where this place has no room
   * for one of that kind.
   * @throws CodedError `body-place-…`
   */
  plan(body: NewBody): Promise<PlannedBody | undefined>;
  /** What lies there; undefined where nothing does. @throws CodedError `body-place-…` where that can't be told. */
  get(locator: string, limitBytes: number): Promise<Buffer | undefined>;
  /** Whether something lies there, without fetching it. @throws CodedError as `get`. */
  has(locator: string): Promise<boolean>;
  /** Takes it away; nothing there is no error. @throws CodedError as `get`. */
  remove(locator: string): Promise<void>;
  close(): void;
}

export interface NewBody {
  /** Of the plain bytes. */
  readonly digest: Digest;
  /** Packed, as they are to lie there. */
  readonly stored: Buffer;
  /** Tells stores apart that keep things in one place: what one takes away is never another's. */
  readonly owner: string;
  /** What it is of. */
  readonly image?: { readonly name: string; readonly manifestDigest?: Digest };
}

export interface PlannedBody {
  readonly locator: string;
  /** Brings it there; done again it does no harm. */
  write(): Promise<void>;
}

/** What opening a place needs. */
export interface PlaceSettings {
  /** Credentials, proxies, HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Waits between tries, in milliseconds; tests take shorter ones. Default 250. */
  readonly retryBaseMs?: number;
}

/** A kind of place: one folder in `kinds`, one line in the list. */
export interface PlaceKind {
  /** What addresses of it begin with, before the colon. */
  readonly scheme: string;
  /** For messages. */
  readonly example: string;
  /** Reads an address; gives the one form in which it is kept. @throws CodedError `body-place-invalid` */
  normalize(address: string): string;
  open(address: string, settings: PlaceSettings): BodyPlace;
}
