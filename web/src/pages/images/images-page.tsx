import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ImageSummary } from '../../api/contract.ts';
import { usePages } from '../../api/use-pages.ts';
import { scanCommand } from '../../parts/commands.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ChoiceFilter, Filters, resultOptions, TextFilter } from '../../parts/filters.tsx';
import { NewsPill } from '../../parts/news-pill.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { useTitle } from '../../shell/use-title.ts';
import { imageColumns } from './image-columns.tsx';

/** Every image whose record is kept. */
export function ImagesPage() {
  useTitle('Images');
  const search = useSearch({ from: '/frame/images' });
  const navigate = useNavigate();
  const images = usePages<ImageSummary>(['images'], '/v1/images', search);
  const isFiltered = Object.entries(search).some(([key, value]) => key !== 'sort' && value !== undefined);
  const open = useCallback(
    ({ digest }: ImageSummary) => void navigate({ to: '/images/$digest', params: { digest } }),
    [navigate],
  );
  const sort = useCallback(
    (value: string) => void navigate({ to: '/images', search: (old) => ({ ...old, sort: value }), replace: true }),
    [navigate],
  );
  return (
    <>
      <header className="page-head">
        <h1>Images</h1>
        <NewsPill kinds={['image', 'verdict']} since={images.readAt} onShow={images.refresh} />
        <Link to="/scans" className="button">
          Scan an image
        </Link>
      </header>
      <ImageFilters isFiltered={isFiltered} />
      {images.error !== null && <Failure error={images.error} what="the list of images" onRetry={images.refresh} />}
      {images.isLoading && <TableSkeleton />}
      {!images.isLoading && images.error === null && images.rows.length === 0 && (
        <Empty
          action={isFiltered ? undefined : <Link to="/scans">Scan one from here</Link>}
          command={isFiltered ? undefined : scanCommand()}
        >
          {isFiltered ? 'No image matches these filters.' : 'No image has been scanned yet.'}
        </Empty>
      )}
      {images.rows.length > 0 && (
        <DataTable
          label="Images"
          columns={imageColumns}
          rows={images.rows}
          rowKey={({ digest }) => digest}
          onOpen={open}
          sort={search.sort ?? '-kept'}
          onSort={sort}
          onEnd={images.fetchMore}
          hasMore={images.hasMore}
          moreError={images.moreError}
          onRetryMore={images.retryMore}
        />
      )}
    </>
  );
}

const texts = [
  ['q', 'Name or digest'],
  ['finding', 'Finding'],
  ['package', 'Package'],
  ['team', 'Team'],
  ['environment', 'Environment'],
  ['base', 'Base'],
] as const;

function ImageFilters({ isFiltered }: { readonly isFiltered: boolean }) {
  const search = useSearch({ from: '/frame/images' });
  const navigate = useNavigate();
  const set = useCallback(
    (key: string, value: string | undefined) =>
      void navigate({ to: '/images', search: (old) => ({ ...old, [key]: value }), replace: true }),
    [navigate],
  );
  return (
    <Filters
      onClear={
        isFiltered ? () => void navigate({ to: '/images', search: { sort: search.sort }, replace: true }) : undefined
      }
    >
      {texts.map(([key, label]) => (
        <Text key={key} name={key} label={label} value={search[key]} set={set} wide={key === 'q'} />
      ))}
      <ChoiceFilter
        label="Verdict"
        value={search.verdict}
        options={resultOptions}
        onChange={(value) => set('verdict', value)}
      />
      <ChoiceFilter
        label="Running"
        value={search.running}
        options={[
          ['true', 'running'],
          ['false', 'not running'],
        ]}
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
  readonly wide: boolean;
}

function Text({ name, label, value, set, wide }: TextProps) {
  const change = useCallback((text: string | undefined) => set(name, text), [name, set]);
  return <TextFilter label={label} value={value} onChange={change} wide={wide} />;
}
