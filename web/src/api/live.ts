import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { Job, LiveEvent, PageOf } from './contract.ts';

/**
 * What happens on the server, as it tells it. Numbers that stand still when they change are read anew by themselves; lists are
 * not, they say how much is new (`useNews`).
 */

export type LiveState = 'connecting' | 'live' | 'lost';
export type LiveKind = LiveEvent['kind'];

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
const counts = new Map<LiveKind, number>();
const listeners = new Set<() => void>();

function tell(): void {
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
      state = next;
      tell();
    };
    const take = ({ data }: MessageEvent<string>): void => {
      const event = JSON.parse(data) as LiveEvent;
      counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
      readAnew(client, event);
      tell();
    };
    return listenForLong({ take, set, onGap: () => void readAllAnew(client) });
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

/** How many events of these kinds there were since the page was opened. */
export function useEventCount(...of: readonly LiveKind[]): number {
  return useSyncExternalStore(listen, () => of.reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0));
}

/** Which questions an event makes stale. Several events in a moment are one question. */
const stale: Readonly<Record<LiveKind, readonly (readonly string[])[]>> = {
  image: [['fleet'], ['advisories'], ['bases'], ['base'], ['image'], ['impact']],
  verdict: [['fleet'], ['bases'], ['base'], ['image'], ['impact']],
  container: [['fleet'], ['workload'], ['image'], ['impact'], ['sources']],
  job: [],
  ledger: [],
  source: [['sources'], ['fleet']],
  waiver: [['image']],
  policy: [['policies']],
  reset: [[]],
};
const retryMs = 3000;

/** All that stands still, but the policy that somebody may be writing. */
function readAllAnew(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'policy' });
}

const waiting = new Map<string, readonly string[]>();
let timer: ReturnType<typeof setTimeout> | undefined;

function readAnew(client: QueryClient, event: LiveEvent): void {
  if (event.kind === 'job') return keepJob(client, event.job);
  for (const key of stale[event.kind]) waiting.set(key.join('/'), key);
  timer ??= setTimeout(() => {
    timer = undefined;
    for (const queryKey of waiting.values()) void client.invalidateQueries({ queryKey });
    waiting.clear();
  }, 500);
}

/** A scan's progress goes where it is shown, without asking. */
function keepJob(client: QueryClient, job: Job): void {
  client.setQueryData(['job', job.id], job);
  client.setQueriesData<{ readonly pages: readonly PageOf<Job>[]; readonly pageParams: unknown }>(
    { queryKey: ['scans'] },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === job.id ? job : item)),
        })),
      },
  );
}
