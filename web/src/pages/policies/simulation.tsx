import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { send } from '../../api/client.ts';
import type { Simulation as Outcome } from '../../api/contract.ts';
import { ChoiceFilter } from '../../parts/filters.tsx';
import { Verdict } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Refusal } from '../../parts/states.tsx';
import { count, counted } from '../../parts/words.ts';

interface SimulationProps {
  readonly text: string;
  readonly isRight: boolean;
}

/** What the text would have stopped and released, beside it. */
export function Simulation({ text, isRight }: SimulationProps) {
  const { name } = useParams({ from: '/frame/policies/$name' });
  const { days, version } = useSearch({ from: '/frame/policies/$name' });
  const navigate = useNavigate();
  const sinceDays = days === undefined || !/^\d{1,3}$/.test(days) ? 30 : Math.min(365, Math.max(1, Number(days)));
  const run = useMutation({
    mutationFn: async () => ({
      of: `${sinceDays}/${text}`,
      outcome: await send<Outcome>('POST', '/v1/policies/simulate', { body: { text, sinceDays } }),
    }),
  });
  const isOld = run.data !== undefined && run.data.of !== `${sinceDays}/${text}`;
  return (
    <Panel title="What it would do" className="simulation">
      <div className="filters">
        <ChoiceFilter
          label="Looking back"
          value={String(sinceDays)}
          all="30 days"
          options={['1', '7', '30', '90', '365'].map((value) => [value, counted(Number(value), 'day')] as const)}
          onChange={(value) =>
            void navigate({ to: '/policies/$name', params: { name }, search: { version, days: value }, replace: true })
          }
        />
        <button type="button" className="button" disabled={!isRight || run.isPending} onClick={() => run.mutate()}>
          {isOld ? 'Simulate again' : 'Simulate'}
        </button>
      </div>
      <Refusal error={run.error} />
      {run.isPending && <Skeleton rows={6} height={24} />}
      {run.data === undefined && !run.isPending && run.error === null && (
        <p className="soft">
          Judges the images of those days and everything that runs now by the text of the editor. Nothing is changed by
          it.
        </p>
      )}
      {isOld && !run.isPending && (
        <p className="caveat">This is what it would have done before your last change. Simulate again to see it now.</p>
      )}
      {run.data !== undefined && !run.isPending && <Said outcome={run.data.outcome} />}
    </Panel>
  );
}

function Said({ outcome }: { readonly outcome: Outcome }) {
  const { stopped, released, unchanged, cost, list } = outcome;
  return (
    <div role="status">
      <dl className="facts is-row is-large">
        <div>
          <dt>Stopped</dt>
          <dd>{count(stopped)}</dd>
        </div>
        <div>
          <dt>Released</dt>
          <dd>{count(released)}</dd>
        </div>
        <div>
          <dt>Unchanged</dt>
          <dd>{count(unchanged)}</dd>
        </div>
      </dl>
      {stopped > 0 && (
        <p>
          {`Stopping them would have cost ${counted(cost.images, 'image')}, ${counted(cost.containers, 'container')} in ${counted(cost.workloads, 'workload')}${cost.teams.length === 0 ? '' : ` of ${cost.teams.join(', ')}`}.`}
        </p>
      )}
      {stopped + released === 0 && (
        <p className="soft">{`No image would have been stopped or released, of ${counted(unchanged, 'image')}.`}</p>
      )}
      <ul className="turned">
        {list.slice(0, 100).map(({ image, name, scope, from, to, why, running }) => (
          <li key={`${image}/${scope}`} className="turn">
            <div className="turn-head">
              <Link to="/images/$digest" params={{ digest: image }} className="turn-name">
                {name}
              </Link>
              <span className="soft">{running === 0 ? 'not running' : counted(running, 'container')}</span>
            </div>
            <div className="turn-line">
              <Verdict result={from} size={14} />
              <span aria-hidden="true">→</span>
              <Verdict result={to} size={14} />
              <span className="soft">{`scope ${scope}`}</span>
            </div>
            <p className="turn-why">{why}</p>
          </li>
        ))}
      </ul>
      {stopped + released > Math.min(list.length, 100) && (
        <p className="soft">{`and ${count(stopped + released - Math.min(list.length, 100))} more`}</p>
      )}
    </div>
  );
}
