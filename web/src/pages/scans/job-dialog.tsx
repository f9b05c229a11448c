import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { get } from '../../api/client.ts';
import type { Job } from '../../api/contract.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { JobWords } from './scan-form.tsx';

/** One scan whole: why it failed and what helps, where its row has no room for that. */
export function JobDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => get<Job>(`/v1/scans/${encodeURIComponent(id)}`, {}, signal),
  });
  return (
    <Dialog title="Scan" onClose={onClose}>
      {error !== null && <Failure error={error} what="this scan" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={3} height={24} />}
      {data !== undefined && <JobFacts job={data} />}
    </Dialog>
  );
}

function JobFacts({ job }: { readonly job: Job }) {
  return (
    <>
      <p>
        <code className="wrap">{job.reference}</code>
      </p>
      <p className={job.state === 'failed' ? 'caveat wrap' : 'wrap'}>
        <JobWords job={job} />
      </p>
      <p className="dots soft">
        <span>{`asked for by ${job.requestedBy.name}`}</span>
        <TimeAgo at={job.requestedAt} />
        {job.error !== undefined && <code>{job.error.code}</code>}
      </p>
      {(job.state === 'failed' || job.state === 'cancelled') && (
        <p>
          <Link to="/scans" search={{ reference: job.reference }}>
            Scan it again
          </Link>
        </p>
      )}
    </>
  );
}
