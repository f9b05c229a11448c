import { Link } from '@tanstack/react-router';
import type { AnyResult, Fleet } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { ResultBar, ResultWords, totalOf } from '../../parts/result-bar.tsx';
import { Empty } from '../../parts/states.tsx';
import { counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';

/** Where most runs comes first. */
function byWeight(environments: Fleet['environments']): Fleet['environments'] {
  return [...environments].sort((a, b) => totalOf(b.containers) - totalOf(a.containers));
}

/** One strip for each environment: what runs there, by verdict, to scale. */
export function Environments({ fleet }: { readonly fleet: Fleet }) {
  const { environments, totals } = fleet;
  const mayConnect = useMay('source.write');
  const most = Math.max(...environments.map(({ containers }) => totalOf(containers)), 1);
  return (
    <Panel title="What runs, by environment">
      {environments.length === 0 ? (
        <Empty
          command={totals.sources === 0 ? undefined : 'docker run -d IMAGE'}
          action={
            mayConnect ? (
              <Link to="/sources" search={{ add: 'docker' }} className="button">
                Connect an engine or a cluster
              </Link>
            ) : undefined
          }
        >
          {totals.sources === 0
            ? 'No engine and no cluster is connected: what runs is not known.'
            : 'No container runs on the engines and clusters that are connected.'}
        </Empty>
      ) : (
        <ul className="environments">
          {byWeight(environments).map(({ name, containers, workloads, hosts }) => (
            <li key={name} className="environment">
              <div className="environment-name">
                <strong>{name === '' ? 'no environment' : name}</strong>
                <span className="soft">
                  <Link to="/containers" search={{ environment: name }}>
                    {counted(totalOf(containers), 'container')}
                  </Link>
                  {totalOf(workloads) > 0 && (
                    <>
                      {' in '}
                      <Link to="/workloads" search={{ environment: name }}>
                        {counted(totalOf(workloads), 'workload')}
                      </Link>
                    </>
                  )}
                  {` on ${counted(hosts, 'host')}`}
                </span>
              </div>
              <div className="environment-bar">
                <ResultBar counts={containers} of={most} />
                <ResultWords
                  counts={containers}
                  link={(result: AnyResult, text) => (
                    <Link to="/containers" search={{ environment: name, verdict: result }}>
                      {text}
                    </Link>
                  )}
                />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
