import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { fleetQuery } from '../../api/queries.ts';
import type { Fleet } from '../../api/contract.ts';
import { ChoiceFilter } from '../../parts/filters.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { useTitle } from '../../shell/use-title.ts';
import { Coverage } from './coverage.tsx';
import { Environments } from './environments.tsx';
import { FirstSteps } from './first-steps.tsx';
import { Oldest } from './oldest.tsx';
import { Trend } from './trend.tsx';
import { Turned } from './turned.tsx';

/** Is what runs within its load line, and what changed since yesterday? */
export function FleetPage() {
  useTitle('Fleet');
  const { environment } = useSearch({ from: '/frame/' });
  const { data, error, refetch } = useQuery(fleetQuery(environment));
  return (
    <>
      <header className="page-head">
        <h1>Fleet</h1>
        {data !== undefined && <EnvironmentFilter fleet={data} />}
      </header>
      {error !== null && <Failure error={error} what="the state of the fleet" onRetry={() => void refetch()} />}
      {data === undefined ? error === null && <FleetSkeleton /> : <FleetParts fleet={data} />}
    </>
  );
}

function FleetParts({ fleet }: { readonly fleet: Fleet }) {
  const { environment } = useSearch({ from: '/frame/' });
  const isNew = fleet.totals.images === 0 && fleet.totals.containers === 0;
  return (
    <>
      <FirstSteps fleet={fleet} />
      {!isNew && (
        <div className="fleet">
          <Environments fleet={fleet} />
          <div className="fleet-columns">
            <div className="stack">
              <Turned key={environment} turned={fleet.turned} />
              <Coverage coverage={fleet.coverage} />
              <Trend trend={fleet.trend} />
            </div>
            <Oldest oldest={fleet.oldest} />
          </div>
        </div>
      )}
    </>
  );
}

function EnvironmentFilter({ fleet }: { readonly fleet: Fleet }) {
  const navigate = useNavigate();
  const { environment } = useSearch({ from: '/frame/' });
  const names = new Set(fleet.environments.map(({ name }) => name));
  if (environment !== undefined) names.add(environment);
  if (names.size < 2 && environment === undefined) return null;
  return (
    <ChoiceFilter
      label="Environment"
      value={environment}
      all="all"
      options={[...names].map((name) => [name, name] as const)}
      onChange={(value) => void navigate({ to: '/', search: { environment: value }, replace: true })}
    />
  );
}

function FleetSkeleton() {
  return (
    <div className="fleet">
      <Panel title="Environments">
        <Skeleton rows={3} height={44} />
      </Panel>
      <div className="fleet-columns">
        <Panel title="Turned in the last 24 hours">
          <Skeleton rows={6} height={36} />
        </Panel>
        <Panel title="Open longest, by owner">
          <Skeleton rows={6} height={28} />
        </Panel>
      </div>
    </div>
  );
}
