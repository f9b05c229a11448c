import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { send } from '../../api/client.ts';
import type { Job } from '../../api/contract.ts';
import { usePages } from '../../api/use-pages.ts';
import { scanCommand } from '../../parts/commands.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ChoiceFilter, Filters } from '../../parts/filters.tsx';
import { ImageName } from '../../parts/image-name.tsx';
import { NewsPill } from '../../parts/news-pill.tsx';
import { Panel } from '../../parts/panel.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure, Refusal } from '../../parts/states.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { JobDialog } from './job-dialog.tsx';
import { isOver, JobWords, ScanForm } from './scan-form.tsx';

const states = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

/** What is being scanned, what was, what went wrong. */
export function ScansPage() {
  useTitle('Scans');
  const { state, reference, scan } = useSearch({ from: '/frame/scans' });
  const navigate = useNavigate();
  const mayScan = useMay('scan');
  const jobs = usePages<Job>(['scans'], '/v1/scans', { state });
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: (id: string) => send<Job>('DELETE', `/v1/scans/${encodeURIComponent(id)}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['scans'] }),
  });
  const { mutate } = cancel;
  const columns = useMemo(() => columnsOf(mayScan ? mutate : undefined), [mayScan, mutate]);
  const open = useCallback(
    ({ id, image }: Job) => {
      if (image !== undefined) void navigate({ to: '/images/$digest', params: { digest: image } });
      else void navigate({ to: '/scans', search: { state, scan: id }, resetScroll: false });
    },
    [navigate, state],
  );
  return (
    <>
      <header className="page-head">
        <h1>Scans</h1>
        <NewsPill kinds={['job']} since={jobs.readAt} onShow={jobs.refresh} />
      </header>
      {mayScan && (
        <Panel title="Scan an image">
          <ScanForm key={reference} reference={reference} onAsked={jobs.refresh} />
        </Panel>
      )}
      <Filters>
        <ChoiceFilter
          label="State"
          value={state}
          options={states.map((name) => [name, name] as const)}
          onChange={(value) => void navigate({ to: '/scans', search: { state: value }, replace: true })}
        />
      </Filters>
      <Refusal error={cancel.error} />
      {scan !== undefined && (
        <JobDialog
          id={scan}
          onClose={() => void navigate({ to: '/scans', search: { state }, replace: true, resetScroll: false })}
        />
      )}
      {jobs.error !== null && <Failure error={jobs.error} what="the scans" onRetry={jobs.refresh} />}
      {jobs.isLoading && <TableSkeleton />}
      {!jobs.isLoading && jobs.error === null && jobs.rows.length === 0 ? (
        <Empty command={state === undefined ? scanCommand() : undefined}>
          {state === undefined ? 'No image has been scanned by this server yet.' : `No scan is ${state}.`}
        </Empty>
      ) : (
        jobs.rows.length > 0 && (
          <DataTable
            label="Scans"
            columns={columns}
            rows={jobs.rows}
            rowKey={({ id }) => id}
            onOpen={open}
            onEnd={jobs.fetchMore}
            hasMore={jobs.hasMore}
            moreError={jobs.moreError}
            onRetryMore={jobs.retryMore}
          />
        )
      )}
    </>
  );
}

/** `done in 1.6 s` */
function doneWords({ startedAt, endedAt }: Job): string {
  if (startedAt === undefined || endedAt === undefined) return 'done';
  return `done in ${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}

function columnsOf(cancel: ((id: string) => void) | undefined): readonly Column<Job>[] {
  return [
    {
      id: 'image',
      head: 'Image',
      min: 170,
      grow: 4,
      rank: 0,
      text: (job) => job.reference,
      cell: (job) =>
        job.image === undefined ? (
          <ImageName name={job.reference} />
        ) : (
          <Link to="/images/$digest" params={{ digest: job.image }} className="cut" tabIndex={-1}>
            <ImageName name={job.reference} />
          </Link>
        ),
    },
    {
      id: 'state',
      head: 'State',
      min: 150,
      grow: 2,
      rank: 1,
      text: ({ state, error }) => (error === undefined ? state : `${state}: ${error.message}`),
      cell: (job) => (
        <span className="cut" title={job.error?.message}>
          {job.state === 'done' ? doneWords(job) : <JobWords job={job} />}
        </span>
      ),
    },
    {
      id: 'who',
      head: 'Asked for by',
      min: 140,
      grow: 2,
      rank: 3,
      text: ({ requestedBy }) => requestedBy.name,
      cell: ({ requestedBy }) => <span className="cut">{requestedBy.name}</span>,
    },
    {
      id: 'when',
      head: 'When',
      min: 90,
      rank: 2,
      text: ({ requestedAt }) => requestedAt,
      cell: ({ requestedAt }) => <TimeAgo at={requestedAt} still />,
    },
    {
      id: 'cancel',
      head: '',
      min: 70,
      rank: 4,
      text: () => '',
      cell: (job) =>
        cancel === undefined || isOver(job) ? null : (
          <button type="button" className="button is-small" onClick={() => cancel(job.id)}>
            Cancel<span className="unseen">{` the scan of ${job.reference}`}</span>
          </button>
        ),
    },
  ];
}
