import type { Container } from '../../api/contract.ts';
import { usePages } from '../../api/use-pages.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { containerColumns } from '../containers/container-columns.tsx';
import type { TabProps } from './tab-props.ts';

/** Where it runs. */
export function ContainersTab({ image }: TabProps) {
  const containers = usePages<Container>(
    ['image', image.digest, 'containers'],
    `/v1/images/${image.digest}/containers`,
  );
  if (containers.error !== null)
    return <Failure error={containers.error} what="its containers" onRetry={containers.refresh} />;
  if (containers.isLoading) return <TableSkeleton />;
  if (containers.rows.length === 0)
    return <Empty>No container runs from it on the engines and clusters that are connected.</Empty>;
  return (
    <DataTable
      label="Containers"
      columns={containerColumns.filter(({ id }) => id !== 'image' && id !== 'verdict')}
      rows={containers.rows}
      rowKey={({ id }) => id}
      onEnd={containers.fetchMore}
      hasMore={containers.hasMore}
      moreError={containers.moreError}
      onRetryMore={containers.retryMore}
    />
  );
}
