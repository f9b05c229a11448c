import { useQuery } from '@tanstack/react-query';
import { historyQuery } from '../../api/queries.ts';
import { Verdict } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import type { TabProps } from './tab-props.ts';

/** Verdicts that turned, tags that moved, scans: newest first. */
export function HistoryTab({ image }: TabProps) {
  const { data, error, refetch } = useQuery(historyQuery(image.digest));
  if (error !== null) return <Failure error={error} what="its history" onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={8} height={28} />;
  return (
    <Panel title="History">
      {data.items.length === 0 ? (
        <p className="empty">Nothing has happened to it since it was scanned.</p>
      ) : (
        <ol className="timeline">
          {data.items.map((event, index) => (
            <li key={`${event.at}/${event.kind}/${index}`} className="timeline-row">
              <TimeAgo at={event.at} />
              <span className="tag">{event.kind}</span>
              <span>
                {event.to !== undefined && (
                  <>
                    {event.from !== undefined && (
                      <>
                        <Verdict result={event.from} size={14} />
                        {' → '}
                      </>
                    )}
                    <Verdict result={event.to} size={14} />{' '}
                  </>
                )}
                {event.scope !== undefined && <span className="soft">{`in scope ${event.scope}: `}</span>}
                {event.what}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
