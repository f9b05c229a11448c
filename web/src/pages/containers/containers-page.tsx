import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Container } from '../../api/contract.ts';
import { usePages } from '../../api/use-pages.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ChoiceFilter, Filters, resultOptions, TextFilter } from '../../parts/filters.tsx';
import { NewsPill } from '../../parts/news-pill.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { useTitle } from '../../shell/use-title.ts';
import { containerColumns } from './container-columns.tsx';
import { NothingRuns } from './nothing-runs.tsx';
import { RunningTabs } from './sub-tabs.tsx';

/** Verdicts turn in place; where they decide which rows there are, a pill tells of them. */
const live = ['container'] as const;
const liveByVerdict = ['container', 'running-verdict'] as const;

/** What runs now, and what ran. */
export function ContainersPage() {
  useTitle('Containers');
  const search = useSearch({ from: '/frame/containers' });
  const navigate = useNavigate();
  const containers = usePages<Container>(['containers'], '/v1/containers', search);
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const open = useCallback(
    ({ image, workload }: Container) => {
      if (image !== undefined) void navigate({ to: '/images/$digest', params: { digest: image } });
      else if (workload !== undefined) void navigate({ to: '/workloads/$id', params: { id: workload.id } });
    },
    [navigate],
  );
  return (
    <>
      <header className="page-head">
        <h1>Containers</h1>
        <NewsPill
          kinds={search.verdict === undefined ? live : liveByVerdict}
          since={containers.readAt}
          onShow={containers.refresh}
        />
      </header>
      <RunningTabs />
      <ContainerFilters isFiltered={isFiltered} />
      {containers.error !== null && (
        <Failure error={containers.error} what="the containers" onRetry={containers.refresh} />
      )}
      {containers.isLoading && <TableSkeleton />}
      {!containers.isLoading && containers.error === null && containers.rows.length === 0 && (
        <NothingRuns what="container" isFiltered={isFiltered} />
      )}
      {containers.rows.length > 0 && (
        <DataTable
          label="Containers"
          columns={containerColumns}
          rows={containers.rows}
          rowKey={({ id }) => id}
          onOpen={open}
          onEnd={containers.fetchMore}
          hasMore={containers.hasMore}
          moreError={containers.moreError}
          onRetryMore={containers.retryMore}
        />
      )}
    </>
  );
}

const texts = [
  ['q', 'Name'],
  ['environment', 'Environment'],
  ['team', 'Team'],
  ['host', 'Host'],
] as const;

function ContainerFilters({ isFiltered }: { readonly isFiltered: boolean }) {
  const search = useSearch({ from: '/frame/containers' });
  const navigate = useNavigate();
  const set = useCallback(
    (key: string, value: string | undefined) =>
      void navigate({ to: '/containers', search: (old) => ({ ...old, [key]: value }), replace: true }),
    [navigate],
  );
  return (
    <Filters onClear={isFiltered ? () => void navigate({ to: '/containers', search: {}, replace: true }) : undefined}>
      {texts.map(([key, label]) => (
        <Text key={key} name={key} label={label} value={search[key]} set={set} />
      ))}
      <ChoiceFilter
        label="Verdict"
        value={search.verdict}
        options={resultOptions}
        onChange={(value) => set('verdict', value)}
      />
      <ChoiceFilter
        label="State"
        value={search.running}
        all="running"
        options={[['false', 'running or ended']]}
        onChange={(value) => set('running', value)}
      />
    </Filters>
  );
}

interface TextProps {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly set: (key: string, value: string | undefined) => void;
}

function Text({ name, label, value, set }: TextProps) {
  const change = useCallback((text: string | undefined) => set(name, text), [name, set]);
  return <TextFilter label={label} value={value} onChange={change} wide={name === 'q'} />;
}
