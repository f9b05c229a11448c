import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Job, LiveEvent, PageOf } from './contract.ts';
import { type LiveKind, type News, type NewsKind, newsSince, noteGap, noteNews } from './news.ts';
import { turnRows } from './turned-rows.ts';

/**
 * What happens on the server, as it tells it. Numbers that stand still when they change are read anew by themselves; lists are
 * not, they say how much is new (`useNews`).
 */

export type LiveState = 'connecting' | 'live' | 'lost';

const kinds: readonly LiveKind[] = [
  'image',
  'verdict',
  'container',
  'job',
  'ledger',
  'source',
  'waiver',
  'policy',
  'reset',
];

let state: LiveState = 'connecting';
/** When it was last heard from, in milliseconds. */
let heardAt = Date.now();
/** Raised by whatever comes, so that who shows news counts anew. */
let told = 0;
const listeners = new Set<() => void>();

function tell(): void {
  told += 1;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Listens as long as the page is there. */
export function useLiveEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    const set = (next: LiveState): void => {
      // Until it is noticed that nobody speaks, the other side was there.
      if (next === 'live' || state === 'live') heardAt = Date.now();
      state = next;
      tell();
    };
    const onGap = (): void => {
      noteGap();
      void readAllAnew(client);
      tell();
    };
    const take = ({ data }: MessageEvent<string>): void => {
      const event = JSON.parse(data) as LiveEvent;
      if (event.kind === 'reset') return onGap();
      if (event.kind !== 'job' || !keepJob(client, event.job)) noteNews(event);
      readAnew(client, event);
      turnRows(client, event);
      tell();
    };
    return listenForLong({ take, set, onGap });
  }, [client]);
}

interface LongListening {
  readonly take: (event: MessageEvent<string>) => void;
  readonly set: (state: LiveState) => void;
  /** Events were missed that nobody tells any more. */
  readonly onGap: () => void;
}

/**
 * The browser itself comes back after an interruption, and says where it was. It gives up where a server that is just starting, or
 * something before it, answers with an error: then a new listener is needed, which has missed what came meanwhile.
 */
function listenForLong({ take, set, onGap }: LongListening): () => void {
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;
  const open = (isFirst: boolean): void => {
    source = new EventSource('/v1/events');
    source.addEventListener('open', () => {
      set('live');
      if (!isFirst) onGap();
      isFirst = true;
    });
    source.addEventListener('error', () => {
      set('lost');
      if (source.readyState === EventSource.CLOSED) again = setTimeout(() => open(false), retryMs);
    });
    for (const kind of kinds) source.addEventListener(kind, take);
  };
  open(true);
  return () => {
    clearTimeout(again);
    source.close();
  };
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(listen, () => state);
}

/** When the server was last heard from, in milliseconds; while it is not, that is how old the page may be. */
export function useHeardAt(): number {
  return useSyncExternalStore(listen, () => heardAt);
}

/** What there is of these kinds that came after a list was read (milliseconds). */
export function useNews(kinds: readonly NewsKind[], since: number): News {
  useSyncExternalStore(listen, () => told);
  return newsSince(kinds, since);
}

/** Which questions an event makes stale. Several events in a moment are one question. */
const stale: Readonly<Record<LiveKind, readonly (readonly string[])[]>> = {
  image: [['fleet'], ['advisories'], ['bases'], ['base'], ['image'], ['impact'], ['workload']],
  verdict: [['fleet'], ['bases'], ['base'], ['image'], ['impact'], ['workload']],
  container: [['fleet'], ['workload'], ['image'], ['impact'], ['sources']],
  job: [],
  ledger: [],
  source: [['sources'], ['fleet']],
  waiver: [['image']],
  policy: [['policies']],
  reset: [],
};
const retryMs = 3000;

/** What somebody may be writing a change of: another version does not come over it. */
const written: readonly unknown[] = ['policy', 'trust'];

/** All that stands still, but what somebody may be writing, and lists: these say that they may be old. */
function readAllAnew(client: QueryClient): Promise<void> {
  return client.invalidateQueries({
    predicate: ({ queryKey, state: { data, error } }) =>
      !written.includes(queryKey[0]) && (error !== null || !isPaged(data)),
  });
}

function isPaged(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'pageParams' in data;
}

const waiting = new Map<string, readonly string[]>();
let timer: ReturnType<typeof setTimeout> | undefined;

function readAnew(client: QueryClient, event: LiveEvent): void {
  for (const key of stale[event.kind]) waiting.set(key.join('/'), key);
  timer ??= setTimeout(() => {
    timer = undefined;
    for (const queryKey of waiting.values()) void client.invalidateQueries({ queryKey });
    waiting.clear();
  }, 500);
}

interface JobPages {
  readonly pages: readonly PageOf<Job>[];
  readonly pageParams: unknown;
}

/** A scan's progress goes where it is shown, without asking. Whether a list shows it. */
function keepJob(client: QueryClient, job: Job): boolean {
  client.setQueryData(['job', job.id], job);
  let isShown = false;
  client.setQueriesData<JobPages>({ queryKey: ['scans'] }, (data) => {
    if (data?.pages.some(({ items }) => items.some(({ id }) => id === job.id)) !== true) return data;
    isShown = true;
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (item.id === job.id ? job : item)),
    }));
    return { ...data, pages };
  });
  return isShown;
}
