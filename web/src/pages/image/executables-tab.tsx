import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { allQuery } from '../../api/queries.ts';
import type { ImageExecutable } from '../../api/contract.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ChoiceFilter, Filters, TextFilter } from '../../parts/filters.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { bytes, shortDigest } from '../../parts/words.ts';
import type { TabProps } from './tab-props.ts';
import { useImageSearch } from './use-image-search.ts';

/** What can be run in it. */
export function ExecutablesTab({ image }: TabProps) {
  const { q, kind } = useSearch({ from: '/frame/images/$digest' });
  const set = useImageSearch(image.digest);
  const { data, error, refetch } = useQuery(
    allQuery<ImageExecutable>(['image', image.digest, 'executables'], `/v1/images/${image.digest}/executables`, {
      q,
      setuid: kind === 'setuid' ? 'true' : undefined,
    }),
  );
  const text = useCallback((value: string | undefined) => set({ q: value }), [set]);
  return (
    <>
      <Filters>
        <TextFilter label="Path" value={q} onChange={text} wide />
        <ChoiceFilter
          label="Rights"
          value={kind === 'setuid' ? kind : undefined}
          options={[['setuid', 'setuid only']]}
          onChange={(value) => set({ kind: value })}
        />
      </Filters>
      {error !== null && <Failure error={error} what="the executables" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <TableSkeleton />}
      {data !== undefined && data.length === 0 && <Empty>No executable matches.</Empty>}
      {data !== undefined && data.length > 0 && (
        <DataTable
          label="Executables"
          columns={columns}
          rows={data}
          rowKey={({ place }) => `${place.path}!${place.innerPath ?? ''}@${place.layer ?? ''}`}
        />
      )}
    </>
  );
}

const columns: readonly Column<ImageExecutable>[] = [
  {
    id: 'path',
    head: 'Path',
    min: 180,
    grow: 3,
    rank: 0,
    text: ({ place }) => place.path ?? '',
    cell: ({ place }) => (
      <code className="cut" title={place.path}>
        {place.path}
      </code>
    ),
  },
  {
    id: 'rights',
    head: 'Rights',
    min: 110,
    rank: 1,
    text: (file) => rightsOf(file),
    cell: (file) => rightsOf(file),
  },
  { id: 'kind', head: 'Kind', min: 80, rank: 2, text: ({ kind }) => kind, cell: ({ kind }) => kind },
  {
    id: 'layer',
    head: 'Layer',
    min: 90,
    rank: 3,
    text: ({ place }) => (place.layer === undefined ? '' : String(place.layer + 1)),
    cell: ({ place }) => (place.layer === undefined ? '' : `${place.layer + 1}, ${place.owner}`),
  },
  {
    id: 'links',
    head: 'Links to it',
    min: 140,
    grow: 1,
    rank: 5,
    text: ({ links }) => links.join(' '),
    cell: ({ links }) => (
      <span className="cut" title={links.join('\n')}>
        {links.join(', ')}
      </span>
    ),
  },
  {
    id: 'hash',
    head: 'SHA-256',
    min: 110,
    rank: 6,
    text: ({ sha256 }) => sha256 ?? '',
    cell: ({ sha256 }) => (sha256 === undefined ? '' : <code title={sha256}>{shortDigest(sha256)}</code>),
  },
  {
    id: 'size',
    head: 'Size',
    min: 72,
    rank: 4,
    align: 'end',
    text: ({ sizeBytes }) => (sizeBytes === undefined ? '' : String(sizeBytes)),
    cell: ({ sizeBytes }) => (sizeBytes === undefined ? '' : bytes(sizeBytes)),
  },
];

function rightsOf({ setuid, setgid, capabilities, mode }: ImageExecutable): string {
  const special = [setuid ? 'setuid' : '', setgid ? 'setgid' : '', ...(capabilities ?? [])].filter(
    (word) => word !== '',
  );
  return [mode === undefined ? '' : mode.toString(8).padStart(4, '0'), ...special].join(' ').trim();
}
