import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { address, ApiError } from '../../api/client.ts';
import type { LedgerEntry } from '../../api/contract.ts';
import { usePages } from '../../api/use-pages.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ChoiceFilter, Filters, TextFilter } from '../../parts/filters.tsx';
import { NewsPill } from '../../parts/news-pill.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { EntryDialog } from './entry-dialog.tsx';
import { ledgerColumns } from './ledger-columns.tsx';
import { Sessions } from './sessions.tsx';
import { Verify } from './verify.tsx';

/** Who did what, and can I prove it? */
export function LedgerPage() {
  useTitle('Ledger');
  const search = useSearch({ from: '/frame/ledger' });
  const navigate = useNavigate();
  const mayExport = useMay('ledger.export');
  const { entry, view, since, until, ...rest } = search;
  const query = { ...rest, since: startOf(since), until: endOf(until) };
  const entries = usePages<LedgerEntry>(['ledger'], '/v1/ledger', query);
  const set = useCallback(
    (words: Readonly<Record<string, string | undefined>>) =>
      void navigate({ to: '/ledger', search: (old) => ({ ...old, ...words }), replace: true, resetScroll: false }),
    [navigate],
  );
  const open = useCallback(({ sequence }: LedgerEntry) => set({ entry: String(sequence) }), [set]);
  const isFiltered = Object.values(query).some((value) => value !== undefined);
  if (entries.error instanceof ApiError && entries.error.status === 403)
    return (
      <>
        <header className="page-head">
          <h1>Ledger</h1>
        </header>
        <Failure error={entries.error} what="the ledger" />
      </>
    );
  return (
    <>
      <header className="page-head">
        <h1>Ledger</h1>
        <NewsPill kinds={['ledger']} since={entries.readAt} onShow={entries.refresh} />
        {mayExport && (
          <a className="button" href={address('/v1/ledger/export', { format: 'jsonl' })} download>
            Export
          </a>
        )}
      </header>
      <Verify />
      <LedgerFilters set={set} isFiltered={isFiltered} />
      {entries.error !== null && <Failure error={entries.error} what="the ledger" onRetry={entries.refresh} />}
      {entries.isLoading && <TableSkeleton />}
      {!entries.isLoading && entries.error === null && entries.rows.length === 0 && (
        <Empty>{isFiltered ? 'No entry matches these filters.' : 'Nothing has been written down yet.'}</Empty>
      )}
      {entries.rows.length > 0 &&
        (view === 'sessions' ? (
          <>
            <Sessions entries={entries.rows} onOpen={open} onMore={entries.hasMore ? entries.fetchMore : undefined} />
            {entries.moreError !== null && (
              <Failure error={entries.moreError} what="older entries, or newer ones" onRetry={entries.retryMore} />
            )}
          </>
        ) : (
          <DataTable
            label="Ledger entries"
            columns={ledgerColumns}
            rows={entries.rows}
            rowKey={({ sequence }) => String(sequence)}
            onOpen={open}
            onEnd={entries.fetchMore}
            hasMore={entries.hasMore}
            moreError={entries.moreError}
            onRetryMore={entries.retryMore}
          />
        ))}
      {entry !== undefined && /^\d{1,15}$/.test(entry) && (
        <EntryDialog sequence={entry} known={entries.rows} onClose={() => set({ entry: undefined })} />
      )}
    </>
  );
}

interface FiltersProps {
  readonly set: (words: Readonly<Record<string, string | undefined>>) => void;
  readonly isFiltered: boolean;
}

function LedgerFilters({ set, isFiltered }: FiltersProps) {
  const search = useSearch({ from: '/frame/ledger' });
  const navigate = useNavigate();
  const actor = useCallback((value: string | undefined) => set({ actor: value }), [set]);
  const action = useCallback((value: string | undefined) => set({ action: value }), [set]);
  const subject = useCallback((value: string | undefined) => set({ subject: value }), [set]);
  return (
    <Filters onClear={isFiltered ? () => void navigate({ to: '/ledger', search: {}, replace: true }) : undefined}>
      <ChoiceFilter
        label="Who"
        value={search.actorKind}
        all="anyone"
        options={[
          ['human', 'people'],
          ['automation', 'automation'],
        ]}
        onChange={(value) => set({ actorKind: value })}
      />
      <TextFilter label="Name" value={search.actor} onChange={actor} wide />
      <TextFilter label="Action" value={search.action} onChange={action} placeholder="policy." />
      <TextFilter label="Of what" value={search.subject} onChange={subject} />
      <DayFilter label="From day (UTC)" value={search.since} onChange={(value) => set({ since: value })} />
      <DayFilter label="To day (UTC)" value={search.until} onChange={(value) => set({ until: value })} />
      <ChoiceFilter
        label="Shown as"
        value={search.view}
        all="entries"
        options={[['sessions', 'sessions']]}
        onChange={(value) => set({ view: value })}
      />
    </Filters>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function DayFilter({ label, value, onChange }: DayProps) {
  return (
    <label className="filter">
      <span className="filter-label">{label}</span>
      <input
        type="date"
        className="input"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      />
    </label>
  );
}

const dayShape = /^\d{4}-\d{2}-\d{2}$/;

function startOf(day: string | undefined): string | undefined {
  return day === undefined || !dayShape.test(day) ? undefined : `${day}T00:00:00.000Z`;
}

function endOf(day: string | undefined): string | undefined {
  return day === undefined || !dayShape.test(day) ? undefined : `${day}T23:59:59.999Z`;
}
