import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { policiesQuery } from '../../api/queries.ts';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { JudgedAs } from './judged-as.tsx';

/** The policies, and which one counts. */
export function PoliciesPage() {
  useTitle('Policy');
  const mayWrite = useMay('policy.write', 'every team');
  const { data, error, refetch } = useQuery(policiesQuery);
  return (
    <>
      <header className="page-head">
        <h1>Policy</h1>
        <Link to="/waivers" className="button">
          Waivers
        </Link>
      </header>
      {error !== null && <Failure error={error} what="the policies" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={4} height={56} />}
      {data !== undefined && data.items.length === 0 && (
        <Empty>No policy has been written here: images are judged by the built-in policy production.</Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <ul className="cards">
          {data.items.map((policy) => (
            <li key={policy.name}>
              <Panel
                title={policy.name}
                aside={policy.active ? <span className="tag is-endorsed">images are judged by it</span> : undefined}
              >
                <p className="dots">
                  <Link to="/policies/$name" params={{ name: policy.name }}>
                    {mayWrite ? 'Read and change' : 'Read'}
                    <span className="unseen">{` ${policy.name}`}</span>
                  </Link>
                  <span>{`version ${policy.version}`}</span>
                  <span>{policy.scopes.length === 0 ? 'no scopes' : `scopes ${policy.scopes.join(', ')}`}</span>
                  <span>
                    {`written by ${policy.writtenBy} `}
                    <TimeAgo at={policy.writtenAt} />
                  </span>
                </p>
                {policy.why !== undefined && <p className="soft">{policy.why}</p>}
                <JudgedAs policy={policy} />
              </Panel>
            </li>
          ))}
        </ul>
      )}
      {mayWrite && <NewPolicy />}
    </>
  );
}

function NewPolicy() {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const isName = /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name);
  return (
    <Panel title="Write another">
      <form
        className="scan-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isName) void navigate({ to: '/policies/$name', params: { name } });
        }}
      >
        <label className="field is-grown">
          <span>Name (a–z, 0–9, dots and dashes)</span>
          <input
            className="input"
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
        <button type="submit" className="button" disabled={!isName}>
          Begin
        </button>
      </form>
    </Panel>
  );
}
