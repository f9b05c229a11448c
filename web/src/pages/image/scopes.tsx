import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { verdictsQuery } from '../../api/queries.ts';
import { Mark, resultWords } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count, counted, shortDigest } from '../../parts/words.ts';
import type { TabProps } from './tab-props.ts';

interface ScopesProps extends TabProps {
  /** In one line: beside what somebody came to read. */
  readonly isBrief: boolean;
}

/** The mark, once for each scope, with what it rests on. */
export function Scopes({ image, isBrief }: ScopesProps) {
  return isBrief && image.verdicts.length > 0 ? <BriefScopes image={image} /> : <WholeScopes image={image} />;
}

function BriefScopes({ image }: TabProps) {
  return (
    <section className="scopes-line" aria-label="Verdict by scope">
      {image.verdicts.map(({ scope, result, violations }) => (
        <Link
          key={scope}
          to="/images/$digest"
          params={{ digest: image.digest }}
          search={{ tab: undefined, scope }}
          resetScroll={false}
          className={`scope-chip is-${result}`}
        >
          <Mark result={result} size={16} stale={image.stale !== undefined} />
          <strong className={`scope-word is-${result}`}>{resultWords[result]}</strong>
          {` in scope ${scope}${violations === 0 ? '' : `, ${counted(violations, 'violation')}`}`}
        </Link>
      ))}
    </section>
  );
}

function WholeScopes({ image }: TabProps) {
  const { data } = useQuery(verdictsQuery(image.digest));
  const waived = new Map((data?.items ?? []).map(({ verdict }) => [verdict.scope, verdict.waived.length]));
  const age = image.stale === undefined ? undefined : Math.round(image.stale.databaseAgeHours);
  return (
    <Panel title="Verdict by scope">
      {image.verdicts.length === 0 ? (
        <Empty>It has not been judged yet: the server judges new records within seconds.</Empty>
      ) : (
        <ul className="scopes">
          {image.verdicts.map(({ scope, result, since, policy, violations }) => (
            <li key={scope} className={`scope is-${result}`}>
              <Mark result={result} size={40} stale={age !== undefined} waived={(waived.get(scope) ?? 0) > 0} />
              <div>
                <p className="scope-result">
                  <Link
                    to="/images/$digest"
                    params={{ digest: image.digest }}
                    search={{ tab: undefined, scope }}
                    resetScroll={false}
                  >
                    <strong className={`scope-word is-${result}`}>{resultWords[result]}</strong>
                    {` in scope ${scope}`}
                  </Link>
                </p>
                <p className="soft">
                  {violations > 0 && `${counted(violations, 'violation')} · `}
                  {'since '}
                  <TimeAgo at={since} />
                  {' · policy '}
                  <Link to="/policies/$name" params={{ name: policy.name }}>
                    {policy.name}
                  </Link>{' '}
                  <code title={policy.digest}>{shortDigest(policy.digest)}</code>
                  {(waived.get(scope) ?? 0) > 0 && ` · ${count(waived.get(scope)!)} waived`}
                  {age !== undefined && ` · advisories ${age} h old`}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
