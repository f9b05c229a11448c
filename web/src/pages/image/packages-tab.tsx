import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { allQuery } from '../../api/queries.ts';
import type { ImagePackage } from '../../api/contract.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ChoiceFilter, Filters, TextFilter } from '../../parts/filters.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { bytes, count } from '../../parts/words.ts';
import type { TabProps } from './tab-props.ts';
import { PlaceText, placeWords } from './place-text.tsx';
import { useImageSearch } from './use-image-search.ts';

/** What it is made of. */
export function PackagesTab({ image }: TabProps) {
  const { q, type, owner, layer, sort } = useSearch({ from: '/frame/images/$digest' });
  const set = useImageSearch(image.digest);
  const { data, error, refetch } = useQuery(
    allQuery<ImagePackage>(['image', image.digest, 'packages'], `/v1/images/${image.digest}/packages`, {
      q,
      type,
      owner,
      layer,
    }),
  );
  const types = useMemo(
    () => [...new Set([...(data ?? []).map((found) => found.type), ...(type === undefined ? [] : [type])])].sort(),
    [data, type],
  );
  const text = useCallback((value: string | undefined) => set({ q: value }), [set]);
  const onSort = useCallback((value: string) => set({ sort: value }), [set]);
  return (
    <>
      <Filters>
        <TextFilter label="Name" value={q} onChange={text} wide />
        <ChoiceFilter
          label="Type"
          value={type}
          options={types.map((name) => [name, name] as const)}
          onChange={(value) => set({ type: value })}
        />
        <ChoiceFilter
          label="Owner"
          value={owner}
          options={[
            ['base', 'base'],
            ['app', 'application'],
          ]}
          onChange={(value) => set({ owner: value })}
        />
      </Filters>
      {error !== null && <Failure error={error} what="the packages" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <TableSkeleton />}
      {data !== undefined && data.length === 0 && <Empty>No package matches.</Empty>}
      {data !== undefined && data.length > 0 && (
        <DataTable label="Packages" columns={columns} rows={data} rowKey={({ id }) => id} sort={sort} onSort={onSort} />
      )}
    </>
  );
}

const columns: readonly Column<ImagePackage>[] = [
  {
    id: 'name',
    head: 'Package',
    min: 150,
    grow: 2,
    rank: 0,
    sort: 'name',
    compare: (a, b) => a.name.localeCompare(b.name, 'en'),
    text: ({ name }) => name,
    cell: ({ name, purl }) => (
      <Link to="/impact" search={{ q: name }} className="cut" title={purl} tabIndex={-1}>
        {name}
      </Link>
    ),
  },
  {
    id: 'version',
    head: 'Version',
    min: 110,
    grow: 1,
    rank: 0,
    text: ({ version }) => version,
    cell: ({ version }) => (
      <code className="cut" title={version}>
        {version}
      </code>
    ),
  },
  { id: 'type', head: 'Type', min: 64, rank: 2, text: ({ type }) => type, cell: ({ type }) => type },
  {
    id: 'findings',
    head: 'Findings',
    min: 110,
    rank: 1,
    sort: 'findings',
    compare: (a, b) => b.findings - a.findings,
    text: ({ findings }) => String(findings),
    cell: ({ findings, worst }) =>
      findings === 0 ? '' : `${count(findings)}${worst === undefined ? '' : `, ${worst}`}`,
  },
  { id: 'owner', head: 'Owner', min: 56, rank: 3, text: ({ place }) => place.owner, cell: ({ place }) => place.owner },
  {
    id: 'place',
    head: 'Where',
    min: 200,
    grow: 2,
    rank: 5,
    text: ({ place }) => placeWords(place),
    cell: ({ place }) => <PlaceText place={place} isBrief />,
  },
  {
    id: 'licenses',
    head: 'Licences',
    min: 120,
    grow: 1,
    rank: 6,
    text: ({ licenses }) => licenses.join(' '),
    cell: ({ licenses }) => (
      <span className="cut" title={licenses.join(', ')}>
        {licenses.join(', ')}
      </span>
    ),
  },
  {
    id: 'size',
    head: 'Size',
    min: 72,
    rank: 4,
    align: 'end',
    sort: 'size',
    compare: (a, b) => (b.sizeBytes ?? -1) - (a.sizeBytes ?? -1),
    text: ({ sizeBytes }) => (sizeBytes === undefined ? '' : String(sizeBytes)),
    cell: ({ sizeBytes }) => (sizeBytes === undefined ? '' : bytes(sizeBytes)),
  },
];
