import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Vex } from '../../api/contract.ts';
import { usePages } from '../../api/use-pages.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { AddVex } from './add-vex.tsx';
import { SettingsTabs } from './settings-tabs.tsx';
import { countsFor } from './vex-words.ts';

/** What somebody says of vulnerabilities, and what images are therefore judged without. */
export function VexPage() {
  useTitle('VEX documents');
  const { add } = useSearch({ from: '/frame/settings/vex' });
  const navigate = useNavigate();
  const mayWrite = useMay('vex.write');
  const documents = usePages<Vex>(['vex'], '/v1/vex');
  const isLoading = documents.isLoading || mayWrite === undefined;
  const open = useCallback(({ id }: Vex) => void navigate({ to: '/settings/vex/$id', params: { id } }), [navigate]);
  return (
    <>
      <header className="page-head">
        <h1>VEX documents</h1>
        {mayWrite && (
          <Link to="/settings/vex" search={{ add: 'yes' }} className="button is-main">
            Add one
          </Link>
        )}
      </header>
      <SettingsTabs />
      <p className="soft said">
        Who knows says in them which vulnerabilities do no harm in which product. Findings that they clear stop no
        image; what they say stands beside the verdict.
      </p>
      {documents.error !== null && (
        <Failure error={documents.error} what="the VEX documents" onRetry={documents.refresh} />
      )}
      {isLoading && <TableSkeleton rows={6} />}
      {!isLoading && documents.error === null && documents.rows.length === 0 && (
        <Empty command={`plimsoll vex send FILE --why REASON --server ${window.location.origin}`}>
          {mayWrite
            ? 'None is kept: every vulnerability that is found counts. Add one here, or from a pipeline:'
            : 'None is kept: every vulnerability that is found counts. Whoever has the role security can add one, here or from a pipeline:'}
        </Empty>
      )}
      {documents.rows.length > 0 && (
        <DataTable
          label="VEX documents"
          columns={columns}
          rows={documents.rows}
          rowKey={({ id }) => id}
          onOpen={open}
          onEnd={documents.fetchMore}
          hasMore={documents.hasMore}
          moreError={documents.moreError}
          onRetryMore={documents.retryMore}
        />
      )}
      {mayWrite && add !== undefined && (
        <AddVex onClose={() => void navigate({ to: '/settings/vex', search: {}, replace: true })} />
      )}
    </>
  );
}

const columns: readonly Column<Vex>[] = [
  {
    id: 'name',
    head: 'Document',
    min: 180,
    grow: 3,
    rank: 0,
    cell: ({ id, name }) => (
      <Link to="/settings/vex/$id" params={{ id }} className="cut" tabIndex={-1}>
        {name}
      </Link>
    ),
    text: ({ name }) => name,
  },
  {
    id: 'statements',
    head: 'Statements',
    min: 88,
    rank: 1,
    align: 'end',
    cell: ({ statements }) => count(statements),
    text: ({ statements }) => String(statements),
  },
  {
    id: 'for',
    head: 'Counts for',
    min: 160,
    rank: 2,
    cell: (vex) => <span className="cut">{countsFor(vex)}</span>,
    text: countsFor,
  },
  {
    id: 'authors',
    head: 'Author',
    min: 140,
    grow: 2,
    rank: 4,
    cell: ({ authors }) => <span className="cut">{authors.join(', ')}</span>,
    text: ({ authors }) => authors.join(', '),
  },
  {
    id: 'why',
    head: 'Why',
    min: 160,
    grow: 3,
    rank: 5,
    cell: ({ why }) => <span className="cut soft">{why}</span>,
    text: ({ why }) => why,
  },
  {
    id: 'by',
    head: 'Sent by',
    min: 120,
    grow: 2,
    rank: 3,
    isNamedBelow: true,
    cell: ({ sentBy }) => <span className="cut">{sentBy}</span>,
    text: ({ sentBy }) => sentBy,
  },
  {
    id: 'at',
    head: 'Sent',
    min: 88,
    rank: 1,
    align: 'end',
    cell: ({ sentAt }) => <TimeAgo at={sentAt} still />,
    text: ({ sentAt }) => sentAt,
  },
];
