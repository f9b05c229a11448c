import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { basesQuery } from '../../api/queries.ts';
import type { BaseSummary } from '../../api/contract.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Verdict } from '../../parts/mark.tsx';
import { ResultBar, totalOf } from '../../parts/result-bar.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count } from '../../parts/words.ts';
import { useTitle } from '../../shell/use-title.ts';

/** Which hulls do we build on, and who sails on them? */
export function BasesPage() {
  useTitle('Bases');
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(basesQuery);
  const open = useCallback(
    ({ name }: BaseSummary) => void navigate({ to: '/bases/$name', params: { name } }),
    [navigate],
  );
  const [sort, setSort] = useState('-children');
  return (
    <>
      <header className="page-head">
        <h1>Bases</h1>
      </header>
      <ImpactEntry />
      {error !== null && <Failure error={error} what="the library of bases" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <TableSkeleton rows={6} />}
      {data !== undefined && data.items.length === 0 && (
        <Empty command="plimsoll base add debian-12 --from debian:12 --owner platform">
          The library is empty: no base has been taken in yet.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          label="Bases"
          columns={columns}
          rows={data.items}
          rowKey={({ name }) => name}
          onOpen={open}
          sort={sort}
          onSort={setSort}
        />
      )}
    </>
  );
}

/** The way into the impact page: type, enter. */
function ImpactEntry() {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  return (
    <form
      className="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') void navigate({ to: '/impact', search: { q: text.trim() } });
      }}
    >
      <label className="filter is-wide">
        <span className="filter-label">Whom does it reach</span>
        <input
          type="search"
          className="input"
          value={text}
          placeholder="CVE-2024-6119, openssl, log4j-core@2.14.1, sha256:…"
          onChange={(event) => setText(event.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <button type="submit" className="button">
        Show
      </button>
    </form>
  );
}

/** The last day of support is over. */
export function hasEnded(supportEnd: string): boolean {
  return Date.parse(`${supportEnd}T23:59:59Z`) < Date.now();
}

const columns: readonly Column<BaseSummary>[] = [
  {
    id: 'name',
    head: 'Base',
    min: 140,
    grow: 2,
    rank: 0,
    sort: 'name',
    compare: (a, b) => a.name.localeCompare(b.name, 'en'),
    text: ({ name }) => name,
    cell: ({ name, description }) => (
      <Link to="/bases/$name" params={{ name }} className="cut" title={description} tabIndex={-1}>
        {name}
      </Link>
    ),
  },
  {
    id: 'state',
    head: 'State',
    min: 96,
    rank: 0,
    sort: 'state',
    compare: (a, b) => a.state.localeCompare(b.state, 'en'),
    text: ({ state }) => state,
    cell: ({ state }) => <span className={`tag is-${state}`}>{state}</span>,
  },
  {
    id: 'verdict',
    head: 'Newest release',
    min: 110,
    rank: 2,
    text: ({ newest }) => newest?.verdict ?? '',
    cell: ({ newest }) => (newest === undefined ? '' : <Verdict result={newest.verdict} />),
  },
  {
    id: 'added',
    head: 'Added',
    min: 88,
    rank: 6,
    sort: 'added',
    compare: (a, b) => (a.newest?.added ?? '').localeCompare(b.newest?.added ?? ''),
    text: ({ newest }) => newest?.added ?? '',
    cell: ({ newest }) => (newest === undefined ? '' : <TimeAgo at={newest.added} still />),
  },
  {
    id: 'children',
    head: 'Images on it',
    min: 160,
    grow: 2,
    rank: 1,
    isNamedBelow: true,
    sort: 'children',
    compare: (a, b) => totalOf(a.children) - totalOf(b.children),
    text: ({ children }) => String(totalOf(children)),
    cell: ({ children }) => (
      <span className="bar-cell">
        <span className="bar-count">{count(totalOf(children))}</span>
        {totalOf(children) > 0 && <ResultBar counts={children} />}
      </span>
    ),
  },
  {
    id: 'running',
    head: 'Running',
    min: 80,
    rank: 3,
    align: 'end',
    sort: 'running',
    compare: (a, b) => a.running - b.running,
    text: ({ running }) => String(running),
    cell: ({ running }) => count(running),
  },
  {
    id: 'owner',
    head: 'Owner',
    min: 150,
    grow: 2,
    rank: 4,
    text: ({ owner }) => owner,
    cell: ({ owner }) => <span className="cut">{owner}</span>,
  },
  {
    id: 'support',
    head: 'Supported until',
    min: 118,
    rank: 5,
    sort: 'support',
    compare: (a, b) => (a.supportEnd ?? '9').localeCompare(b.supportEnd ?? '9'),
    text: ({ supportEnd }) => supportEnd ?? '',
    cell: ({ supportEnd }) =>
      supportEnd === undefined ? (
        <span className="soft">not said</span>
      ) : hasEnded(supportEnd) ? (
        <strong className="flag">{`ended ${supportEnd}`}</strong>
      ) : (
        supportEnd
      ),
  },
];
