import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { workloadQuery } from '../../api/queries.ts';
import type { WorkloadDetail } from '../../api/contract.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Verdict } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { useTitle } from '../../shell/use-title.ts';
import { containerColumns } from './container-columns.tsx';
import { kindWords } from './workloads-page.tsx';

/** What is it, and what happened to it? */
export function WorkloadPage() {
  const { id } = useParams({ from: '/frame/workloads/$id' });
  const { data, error, refetch } = useQuery(workloadQuery(id));
  useTitle(data?.name ?? 'Workload');
  if (data === undefined)
    return (
      <>
        <h1>Workload</h1>
        {error === null ? (
          <Skeleton rows={10} height={28} />
        ) : (
          <Failure
            error={error}
            what="this workload"
            onRetry={() => void refetch()}
            action={<Link to="/workloads">See the workloads that there are</Link>}
          />
        )}
      </>
    );
  return (
    <>
      <header className="page-head">
        <h1>{data.namespace === '' ? data.name : `${data.namespace}/${data.name}`}</h1>
        <Verdict result={data.verdict} size={20} />
      </header>
      <p className="dots">
        <span>{kindWords(data.kind)}</span>
        <span>{`on ${data.host} (${data.hostKind})`}</span>
        {data.environment !== undefined && <span>{`environment ${data.environment}`}</span>}
        {data.team !== undefined && <span>{`team ${data.team}`}</span>}
        <span>
          since <TimeAgo at={data.since} />
        </span>
        {data.until !== undefined && (
          <span>
            gone <TimeAgo at={data.until} />
          </span>
        )}
      </p>
      <Panel title="Containers now">
        {data.current.length === 0 ? (
          <p className="empty">None of its containers runs.</p>
        ) : (
          <DataTable
            label="Containers"
            columns={containerColumns.filter((column) => column.id !== 'workload' && column.id !== 'environment')}
            rows={data.current}
            rowKey={(container) => container.id}
          />
        )}
      </Panel>
      <Timeline timeline={data.timeline} />
      <Labels labels={data.labels} />
    </>
  );
}

function Timeline({ timeline }: { readonly timeline: WorkloadDetail['timeline'] }) {
  return (
    <Panel title="What happened">
      {timeline.length === 0 ? (
        <p className="empty">Nothing since it was first seen.</p>
      ) : (
        <ol className="timeline">
          {timeline.map((event, index) => (
            <li key={`${event.at}/${index}`} className="timeline-row">
              <TimeAgo at={event.at} />
              <span className="tag">{event.kind}</span>
              <span>
                {event.what}
                {event.image !== undefined && (
                  <>
                    {' '}
                    <Link to="/images/$digest" params={{ digest: event.image }}>
                      its image
                    </Link>
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Labels({ labels }: { readonly labels: WorkloadDetail['labels'] }) {
  const all = Object.entries(labels);
  if (all.length === 0) return null;
  return (
    <Panel title="Labels">
      <ul className="plain-list">
        {all.map(([key, value]) => (
          <li key={key}>
            <code className="wrap">{`${key}=${value}`}</code>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
