import { queryOptions } from '@tanstack/react-query';
import { get, getTagged, rememberCsrfToken, type Query } from './client.ts';
import type {
  Advisories,
  BaseDetail,
  BaseSummary,
  Comparison,
  Fleet,
  HistoryEvent,
  ImageDetail,
  Impact,
  KeptVerdict,
  LedgerEntry,
  LogIn,
  Me,
  NotifySettings,
  PageOf,
  PolicyDetail,
  PolicySummary,
  ProvenanceHop,
  SearchAnswer,
  Source,
  Token,
  Trust,
  VexDetail,
  WorkloadDetail,
} from './contract.ts';

/** Every question that pages ask of the server but long lists, under the key that live events make stale. */

interface Items<T> {
  readonly items: readonly T[];
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await get<Me>('/v1/me', {}, signal);
    rememberCsrfToken(me.csrfToken);
    return me;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const logInQuery = queryOptions({
  queryKey: ['log-in'],
  queryFn: ({ signal }) => get<LogIn>('/v1/session', {}, signal),
});

export function fleetQuery(environment?: string) {
  return queryOptions({
    queryKey: ['fleet', environment ?? ''],
    queryFn: ({ signal }) => get<Fleet>('/v1/fleet', { environment }, signal),
  });
}

export function imageQuery(digest: string) {
  return one<ImageDetail>(['image', digest], `/v1/images/${digest}`);
}

export function verdictsQuery(digest: string) {
  return one<Items<KeptVerdict>>(['image', digest, 'verdicts'], `/v1/images/${digest}/verdicts`);
}

export function historyQuery(digest: string) {
  return one<Items<HistoryEvent>>(['image', digest, 'history'], `/v1/images/${digest}/history`);
}

export function provenanceQuery(digest: string) {
  return one<{ readonly hops: readonly ProvenanceHop[] }>(
    ['image', digest, 'provenance'],
    `/v1/images/${digest}/provenance`,
  );
}

export function comparisonQuery(from: string, to: string) {
  return one<Comparison>(['compare', from, to], `/v1/compare/${from}/${to}`);
}

export function workloadQuery(id: string) {
  return one<WorkloadDetail>(['workload', id], `/v1/workloads/${encodeURIComponent(id)}`);
}

export const sourcesQuery = one<Items<Source>>(['sources'], '/v1/sources');
export const basesQuery = one<Items<BaseSummary>>(['bases'], '/v1/bases');
export const policiesQuery = one<Items<PolicySummary>>(['policies'], '/v1/policies');
export const tokensQuery = one<Items<Token>>(['tokens'], '/v1/tokens');
export const advisoriesQuery = one<Advisories>(['advisories'], '/v1/advisories');

export const channelsQuery = one<NotifySettings>(['channels'], '/v1/notify');

export function vexQuery(id: string) {
  return one<VexDetail>(['vex', id], `/v1/vex/${encodeURIComponent(id)}`);
}

export const trustQuery = queryOptions({
  queryKey: ['trust'],
  queryFn: ({ signal }) => getTagged<Trust>('/v1/trust', {}, signal),
  // As of a policy: what somebody writes is not written over.
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
});

export function baseQuery(name: string) {
  return one<BaseDetail>(['base', name], `/v1/bases/${encodeURIComponent(name)}`);
}

export function policyQuery(name: string, version?: number) {
  return queryOptions({
    queryKey: ['policy', name, version ?? 'newest'],
    queryFn: ({ signal }) => getTagged<PolicyDetail>(`/v1/policies/${encodeURIComponent(name)}`, { version }, signal),
    // Somebody may be writing a change of this version: another one does not come over it by itself.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export function policyVersionsQuery(name: string) {
  return one<Items<PolicySummary>>(['policy', name, 'versions'], `/v1/policies/${encodeURIComponent(name)}/versions`);
}

/** One entry of the ledger, wherever in it that is; null where there is none that may be seen. */
export function entryQuery(sequence: string) {
  return queryOptions({
    queryKey: ['entry', sequence],
    queryFn: async ({ signal }) =>
      (await get<PageOf<LedgerEntry>>('/v1/ledger', { sequence, limit: 1 }, signal)).items[0] ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function impactQuery(q: string) {
  return one<Impact>(['impact', q], '/v1/impact', { q });
}

export function searchQuery(q: string) {
  return one<SearchAnswer>(['search', q], '/v1/search', { q });
}

/** Every item of a list that is long but not endless: the packages of one image. */
export function allQuery<T>(key: readonly string[], path: string, query: Query = {}) {
  return queryOptions({
    queryKey: [...key, query],
    queryFn: async ({ signal }) => {
      const items: T[] = [];
      let cursor: string | undefined;
      do {
        const page: PageOf<T> = await get(path, { ...query, limit: 1000, cursor }, signal);
        items.push(...page.items);
        cursor = page.next;
      } while (cursor !== undefined && items.length < 100_000);
      return items as readonly T[];
    },
  });
}

function one<T>(queryKey: readonly string[], path: string, query?: Query) {
  return queryOptions({ queryKey, queryFn: ({ signal }) => get<T>(path, query, signal) });
}
