import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { baseQuery } from '../../api/queries.ts';
import type { BaseDetail } from '../../api/contract.ts';
import { Digest } from '../../parts/digest.tsx';
import { Verdict } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ResultBar, ResultWords, totalOf } from '../../parts/result-bar.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { bytes, counted, shortDigest } from '../../parts/words.ts';
import { useTitle } from '../../shell/use-title.ts';
import { hasEnded } from './bases-page.tsx';
import { ChildGraph } from './child-graph.tsx';

/** One base: its releases and who sails on them. */
export function BasePage() {
  const { name } = useParams({ from: '/frame/bases/$name' });
  useTitle(name);
  const { data: base, error, refetch } = useQuery(baseQuery(name));
  if (base === undefined)
    return (
      <>
        <h1>{name}</h1>
        {error === null ? (
          <Skeleton rows={10} height={28} />
        ) : (
          <Failure
            error={error}
            what={`the base ${name}`}
            onRetry={() => void refetch()}
            action={<Link to="/bases">See the bases that there are</Link>}
          />
        )}
      </>
    );
  return (
    <>
      <header className="page-head">
        <h1>{base.name}</h1>
        <span className={`tag is-${base.state}`}>{base.state}</span>
        <Link to="/impact" search={{ q: base.name }} className="button">
          Whom it reaches
        </Link>
      </header>
      {base.description !== undefined && <p>{base.description}</p>}
      <p className="dots">
        <span>{`purpose ${base.purpose}`}</span>
        <span>{`owner ${base.owner}`}</span>
        <span>
          made from <code>{base.source}</code>
        </span>
        <span>
          {base.supportEnd === undefined ? (
            'support end not said'
          ) : hasEnded(base.supportEnd) ? (
            <strong className="flag">{`support ended on ${base.supportEnd}`}</strong>
          ) : (
            `supported until ${base.supportEnd}`
          )}
        </span>
        {base.channels.length > 0 && <span>{`published as ${base.channels.join(', ')}`}</span>}
      </p>
      <Panel
        title="Images that stand on it"
        aside={
          <Link to="/images" search={{ base: base.name }}>
            {counted(totalOf(base.children), 'image')}
          </Link>
        }
      >
        {totalOf(base.children) === 0 ? (
          <p className="empty">No image that was scanned stands on it.</p>
        ) : (
          <>
            <ResultBar counts={base.children} />
            <ResultWords
              counts={base.children}
              link={(verdict, text) => (
                <Link to="/images" search={{ base: base.name, verdict }}>
                  {text}
                </Link>
              )}
            />
            <ChildGraph base={base} />
          </>
        )}
      </Panel>
      <Releases base={base} />
      <History base={base} />
    </>
  );
}

function Releases({ base }: { readonly base: BaseDetail }) {
  return (
    <Panel title="Releases">
      <div className="scroll">
        <table className="small-table is-full is-stacking">
          <thead>
            <tr>
              <th scope="col">Release</th>
              <th scope="col">State</th>
              <th scope="col">Verdict</th>
              <th scope="col">Added</th>
              <th scope="col">Size</th>
              <th scope="col">Images</th>
              <th scope="col">Endorsed by</th>
            </tr>
          </thead>
          <tbody>
            {base.releaseList.map((release) => (
              <tr key={release.digest}>
                <th scope="row" data-head="Release">
                  <div>
                    <Digest value={release.digest} />
                    {release.platform !== undefined && <div className="soft">{release.platform}</div>}
                  </div>
                </th>
                <td data-head="State">
                  <span className={`tag is-${release.state}`}>{release.state}</span>
                </td>
                <td data-head="Verdict">
                  <Verdict result={release.verdict} />
                </td>
                <td data-head="Added">
                  <TimeAgo at={release.added} />
                </td>
                <td data-head="Size">{bytes(release.sizeBytes)}</td>
                <td data-head="Images">
                  {release.children === 0 ? (
                    '0'
                  ) : (
                    <Link to="/images" search={{ base: release.digest }}>
                      {release.children}
                    </Link>
                  )}
                </td>
                <td data-head="Endorsed by">
                  {release.endorsedBy ?? ''} {release.endorsedAt !== undefined && <TimeAgo at={release.endorsedAt} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function History({ base }: { readonly base: BaseDetail }) {
  if (base.history.length === 0) return null;
  return (
    <Panel title="History">
      <ol className="timeline">
        {base.history.map((event, index) => (
          <li key={`${event.at}/${index}`} className="timeline-row">
            <TimeAgo at={event.at} />
            <span className="tag">{event.what}</span>
            <span>
              {`by ${event.by}`}
              {event.release !== undefined && <code title={event.release}>{` ${shortDigest(event.release)}`}</code>}
              {event.why !== undefined && <span className="soft">{` ${event.why}`}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
