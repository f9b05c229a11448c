import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { fleetQuery } from '../../api/queries.ts';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty } from '../../parts/states.tsx';
import { count, counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';

interface NothingRunsProps {
  /** "container" */
  readonly what: string;
  readonly isFiltered: boolean;
}

/** That nothing runs is known only of what is asked: says what was, and of how much of it nothing is heard. */
export function NothingRuns({ what, isFiltered }: NothingRunsProps) {
  const mayConnect = useMay('source.write');
  const { data, error } = useQuery({ ...fleetQuery(), enabled: !isFiltered });
  if (isFiltered) return <Empty>{`No ${what} matches these filters.`}</Empty>;
  if (data === undefined) return error === null ? <TableSkeleton /> : <Empty>{`No ${what} is known.`}</Empty>;
  if (mayConnect === undefined) return <TableSkeleton />;
  const asked = data.coverage.sources.filter(({ kind }) => kind !== 'registry');
  const silent = asked.filter((source) => source.silent).length;
  if (asked.length === 0)
    return (
      <Empty
        action={
          mayConnect ? (
            <Link to="/sources" search={{ add: 'docker' }} className="button">
              Connect an engine or a cluster
            </Link>
          ) : undefined
        }
      >
        {`No engine and no cluster is connected: what runs is not known.${mayConnect ? '' : ' Whoever has the role operator can connect one.'}`}
      </Empty>
    );
  return (
    <Empty command="docker run -d IMAGE" action={<Link to="/sources">See what is connected</Link>}>
      {`No ${what} runs on the ${counted(asked.length, 'engine or cluster', 'engines and clusters')} connected${silent === 0 ? '' : `; ${count(silent)} of them silent, so what runs there is not known`}.`}
    </Empty>
  );
}
