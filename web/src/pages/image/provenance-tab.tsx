import { useQuery } from '@tanstack/react-query';
import { provenanceQuery } from '../../api/queries.ts';
import type { ProvenanceHop } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import type { TabProps } from './tab-props.ts';

const titles: Readonly<Record<ProvenanceHop['kind'], string>> = {
  commit: 'Commit',
  builder: 'Builder',
  signature: 'Signature',
  registry: 'Registry',
  containers: 'Containers',
};

const standings: Readonly<Record<NonNullable<ProvenanceHop['standing']>, string>> = {
  verified: 'verified',
  refused: 'not verified: it does not count',
  said: 'not verified',
  'cannot-tell': 'cannot tell',
};

/** From commit to container. A hop that nobody vouches for is drawn as a gap. */
export function ProvenanceTab({ image }: TabProps) {
  const { data, error, refetch } = useQuery(provenanceQuery(image.digest));
  if (error !== null) return <Failure error={error} what="where it comes from" onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={5} height={56} />;
  const gaps = data.hops.filter(({ known }) => !known);
  return (
    <Panel
      title="From commit to container"
      aside={
        <span className="soft">
          {gaps.length === 0
            ? 'every hop is known'
            : `not known: ${gaps.map(({ kind }) => titles[kind].toLowerCase()).join(', ')}`}
        </span>
      }
    >
      <ol className="hops">
        {data.hops.map(({ kind, known, standing, who, when, detail }) => (
          <li key={kind} className={known ? 'hop' : 'hop is-gap'}>
            <strong>{titles[kind]}</strong>
            <span>{detail}</span>
            {standing !== undefined && !detail.startsWith(standings[standing]) && (
              <span className="soft">{standings[standing]}</span>
            )}
            {who !== undefined && (
              <span className="soft">
                {kind === 'commit' && standing !== 'verified' ? `its source: ${who}` : `by ${who}`}
              </span>
            )}
            {when !== undefined && (
              <span className="soft">
                <TimeAgo at={when} />
              </span>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
