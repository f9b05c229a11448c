import type { SourceOptions } from '../../image/asking.ts';
import type { SourceSettings } from '../../inventory/index.ts';
import type { LedgerEvent } from '../../ledger/index.ts';
import type { ChangedContainer, Store } from '../../server-store/index.ts';

/** A source as the server keeps it, its secrets opened. */
export interface WatchedSource extends SourceSettings {
  readonly id: string;
  readonly enabled: boolean;
}

/** Where the server keeps the sources. */
export interface SourceDirectory {
  list(): Promise<readonly WatchedSource[]>;
  /** What asking one came to. */
  note(id: string, state: { readonly state: 'connected' | 'failing'; readonly message?: string }): Promise<void>;
}

/** An image that runs, and of which nothing is known. */
export interface WantedScan {
  /** The surest digest that its hosts name; not always the key that its record will have. */
  readonly image: string;
  /** As `plimsoll scan` takes it: `registry:NAME@DIGEST`, or `docker:ID` for the engine of a host. */
  readonly reference: string;
  readonly platform?: string;
  /** Where it runs. */
  readonly hosts: readonly { readonly kind: string; readonly name: string }[];
  /** Whose it is to be. */
  readonly team?: string;
  /** Id of the source that told of it. */
  readonly source?: string;
  /** A sentence for people. */
  readonly why: string;
  /** A scan that runs already may have looked too early: another one comes behind it. */
  readonly again?: boolean;
}

/** What has changed, for whoever shows it. */
export interface WatchChange {
  readonly source: string;
  readonly started: readonly ChangedContainer[];
  readonly ended: readonly ChangedContainer[];
}

/** What the watch works with. */
export interface WatchWorld {
  readonly store: Store;
  /** Resolves when it is safe. */
  readonly ledger: { append(event: LedgerEvent): Promise<unknown> };
  readonly directory: SourceDirectory;
  /** Has an image scanned. Asked again after an hour for those that still have no record. */
  wantScan(wanted: WantedScan): Promise<void>;
  onChange?(change: WatchChange): void;
  /** Says what goes wrong with our own side: the store is away. */
  onTrouble?(message: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly image: Pick<SourceOptions, 'cacheDirectory' | 'dockerConfig' | 'insecureHttp' | 'network'>;
  /** Names this process, unlike any other. */
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly now?: () => Date;
  readonly patience?: Partial<WatchPatience>;
}

/** Times in milliseconds. */
export interface WatchPatience {
  /** How long a process that says nothing keeps a source. */
  readonly leaseMs: number;
  /** How often the list of sources, and what has no record, is looked at. */
  readonly pollMs: number;
  /** How often a quiet source is asked whether it still is there. */
  readonly pulseMs: number;
  readonly stallTimeoutMs: number;
  /** Before a source that failed is asked again; doubles up to the longest. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
}

export const usualPatience: WatchPatience = {
  leaseMs: 6000,
  pollMs: 2000,
  pulseMs: 15_000,
  stallTimeoutMs: 20_000,
  retryMs: 1000,
  longestRetryMs: 60_000,
};
