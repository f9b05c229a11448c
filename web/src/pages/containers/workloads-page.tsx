import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Workload } from '../../api/contract.ts';
import { usePages } from '../../api/use-pages.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Filters, TextFilter } from '../../parts/filters.tsx';
import { resultWords, Verdict } from '../../parts/mark.tsx';
import { NewsPill } from '../../parts/news-pill.tsx';
import { totalOf } from '../../parts/result-bar.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count } from '../../parts/words.ts';
import { useTitle } from '../../shell/use-title.ts';
import { NothingRuns } from './nothing-runs.tsx';
import { RunningTabs } from './sub-tabs.tsx';

/** What keeps containers running: deployments, compose services, single containers. */
export function WorkloadsPage() {
  useTitle('Workloads');
  const search = useSearch({ from: '/frame/workloads' });
  const navigate = useNavigate();
  const workloads = usePages<Workload>(['workloads'], '/v1/workloads', search);
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const open = useCallback(({ id }: Workload) => void navigate({ to: '/workloads/$id', params: { id } }), [navigate]);
  const set = useCallback(
    (words: Readonly<Record<string, string | undefined>>) =>
      void navigate({ to: '/workloads', search: (old) => ({ ...old, ...words }), replace: true }),
    [navigate],
  );
  const name = useCallback((q: string | undefined) => set({ q }), [set]);
  const environment = useCallback((value: string | undefined) => set({ environment: value }), [set]);
  const team = useCallback((value: string | undefined) => set({ team: value }), [set]);
  return (
    <>
      <header className="page-head">
        <h1>Workloads</h1>
        <NewsPill kinds={['container', 'running-verdict']} since={workloads.readAt} onShow={workloads.refresh} />
      </header>
      <RunningTabs />
      <Filters onClear={isFiltered ? () => void navigate({ to: '/workloads', search: {}, replace: true }) : undefined}>
        <TextFilter label="Name" value={search.q} onChange={name} wide />
        <TextFilter label="Environment" value={search.environment} onChange={environment} />
        <TextFilter label="Team" value={search.team} onChange={team} />
      </Filters>
      {workloads.error !== null && <Failure error={workloads.error} what="the workloads" onRetry={workloads.refresh} />}
      {workloads.isLoading && <TableSkeleton />}
      {!workloads.isLoading && workloads.error === null && workloads.rows.length === 0 && (
        <NothingRuns what="workload" isFiltered={isFiltered} />
      )}
      {workloads.rows.length > 0 && (
        <DataTable
          label="Workloads"
          columns={columns}
          rows={workloads.rows}
          rowKey={({ id }) => id}
          onOpen={open}
          onEnd={workloads.fetchMore}
          hasMore={workloads.hasMore}
          moreError={workloads.moreError}
          onRetryMore={workloads.retryMore}
        />
      )}
    </>
  );
}

/** `ComposeService` to `compose service`, as people say it. */
export function kindWords(kind: string): string {
  return kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

const columns: readonly Column<Workload>[] = [
  {
    id: 'verdict',
    head: 'Verdict',
    min: 116,
    rank: 0,
    text: ({ verdict }) => resultWords[verdict],
    cell: ({ verdict }) => <Verdict result={verdict} />,
  },
  {
    id: 'name',
    head: 'Workload',
    min: 150,
    grow: 2,
    rank: 0,
    text: ({ namespace, name }) => (namespace === '' ? name : `${namespace}/${name}`),
    cell: ({ id, namespace, name }) => (
      <Link to="/workloads/$id" params={{ id }} className="cut" tabIndex={-1}>
        {namespace === '' ? name : `${namespace}/${name}`}
      </Link>
    ),
  },
  {
    id: 'kind',
    head: 'Kind',
    min: 130,
    rank: 3,
    text: ({ kind }) => kind,
    cell: ({ kind }) => <span className="cut">{kindWords(kind)}</span>,
  },
  {
    id: 'containers',
    head: 'Containers',
    min: 84,
    rank: 1,
    align: 'end',
    text: ({ containers }) => String(totalOf(containers)),
    cell: ({ containers }) => count(totalOf(containers)),
  },
  {
    id: 'environment',
    head: 'Environment',
    min: 110,
    rank: 2,
    text: ({ environment }) => environment ?? '',
    cell: ({ environment }) => <span className="cut">{environment ?? ''}</span>,
  },
  {
    id: 'host',
    head: 'Host',
    min: 120,
    grow: 1,
    rank: 4,
    text: ({ host }) => host,
    cell: ({ host }) => <span className="cut">{host}</span>,
  },
  {
    id: 'team',
    head: 'Team',
    min: 90,
    rank: 5,
    text: ({ team }) => team ?? '',
    cell: ({ team }) => <span className="cut">{team ?? ''}</span>,
  },
  {
    id: 'since',
    head: 'Since',
    min: 88,
    rank: 6,
    text: ({ since }) => since,
    cell: ({ since }) => <TimeAgo at={since} still />,
  },
];
