import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { meQuery, sourcesQuery } from '../../api/queries.ts';
import type { Source } from '../../api/contract.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure, Refusal } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { AddSource } from './add-source.tsx';

/** Where the server learns what runs and what there is. */
export function SourcesPage() {
  useTitle('Sources');
  const { add } = useSearch({ from: '/frame/sources' });
  const navigate = useNavigate();
  const mayWrite = useMay('source.write');
  const { data, error, refetch } = useQuery(sourcesQuery);
  const [removing, setRemoving] = useState<Source>();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ id, enabled }: Source) =>
      send<Source>('PATCH', `/v1/sources/${encodeURIComponent(id)}`, { body: { enabled: !enabled } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sources'] }),
  });
  return (
    <>
      <header className="page-head">
        <h1>Sources</h1>
        {mayWrite && (
          <Link to="/sources" search={{ add: 'docker' }} className="button is-main">
            Connect one
          </Link>
        )}
      </header>
      <p className="soft said">
        Engines and clusters are asked what runs, registries what there is. Nothing is changed there.
      </p>
      {error !== null && <Failure error={error} what="the sources" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={4} height={56} />}
      <Refusal error={change.error} />
      {data !== undefined && data.items.length === 0 && <NothingConnected />}
      {data !== undefined && data.items.length > 0 && (
        <ul className="cards">
          {data.items.map((source) => (
            <li key={source.id}>
              <SourceCard
                source={source}
                onToggle={mayWrite ? () => change.mutate(source) : undefined}
                onRemove={mayWrite ? () => setRemoving(source) : undefined}
              />
            </li>
          ))}
        </ul>
      )}
      {mayWrite && add !== undefined && (
        <AddSource kind={add} onClose={() => void navigate({ to: '/sources', search: {}, replace: true })} />
      )}
      {removing !== undefined && (
        <Confirm
          title={`Forget ${removing.name}`}
          meaning={`Its ${counted(removing.containers, 'container')} will be shown as ended now. Their history stays.`}
          name={removing.name}
          button="Forget it"
          onConfirm={async () => {
            await send('DELETE', `/v1/sources/${encodeURIComponent(removing.id)}`);
            await client.invalidateQueries({ queryKey: ['sources'] });
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

function NothingConnected() {
  const mayWrite = useMay('source.write');
  const teams = useQuery(meQuery).data?.teams;
  if (mayWrite === undefined) return <Skeleton rows={3} height={64} />;
  // What several teams share is not in the list of who reaches some.
  if (teams !== undefined)
    return (
      <Empty>
        {`No source is connected for ${teams.length === 1 ? 'your team' : 'your teams'} alone (${teams.join(', ')}). Those that several teams share are listed for whoever reaches all teams; what runs on them for yours is on the page of containers.`}
      </Empty>
    );
  return (
    <Empty>
      {mayWrite
        ? 'Nothing is connected yet: what runs is not known.'
        : 'Nothing is connected yet: what runs is not known. Whoever has the role operator can connect an engine.'}
    </Empty>
  );
}

interface CardProps {
  readonly source: Source;
  readonly onToggle: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}

const secretWords: Readonly<Record<string, string>> = {
  ca: 'a CA certificate',
  clientCertificate: 'a client certificate',
  clientKey: 'a client key',
  token: 'a token',
  kubeconfig: 'a kubeconfig',
  username: 'an account',
  password: 'a password',
};

const stateWords: Readonly<Record<Source['state'], string>> = {
  new: 'not asked yet',
  connected: 'connected',
  failing: 'failing',
  silent: 'silent',
  off: 'switched off',
};

function SourceCard({ source, onToggle, onRemove }: CardProps) {
  return (
    <Panel
      title={source.name}
      aside={
        <>
          <span className="tag">{source.kind}</span>
          <span className={source.state === 'failing' || source.state === 'silent' ? 'flag' : 'soft'}>
            {stateWords[source.state]}
          </span>
        </>
      }
    >
      <p className="dots">
        <code className="wrap">{source.address}</code>
        {source.environment !== undefined && <span>{`environment ${source.environment}`}</span>}
        {source.team !== undefined && <span>{`team ${source.team}`}</span>}
        {source.kind === 'registry' ? (
          <span>
            <Link to="/images" search={{ q: source.address.replace(/^https?:\/\//, '').split(',')[0] }}>
              its images
            </Link>
          </span>
        ) : (
          <span>
            <Link to="/containers" search={{ host: source.name }}>
              {counted(source.containers, 'container')}
            </Link>
          </span>
        )}
        <span>
          {source.lastSeen === undefined ? (
            'never heard from'
          ) : (
            <>
              heard <TimeAgo at={source.lastSeen} />
            </>
          )}
        </span>
        {source.secrets.length > 0 && (
          <span>{`keeps ${source.secrets.map((name) => secretWords[name] ?? name).join(', ')}`}</span>
        )}
      </p>
      {source.message !== undefined && <p className="caveat">{source.message}</p>}
      {onToggle !== undefined && onRemove !== undefined && (
        <p className="form-foot">
          <button type="button" className="button is-small" onClick={onToggle}>
            {source.enabled ? 'Switch off' : 'Switch on'}
            <span className="unseen">{` ${source.name}`}</span>
          </button>
          <button type="button" className="button is-small" onClick={onRemove}>
            Forget<span className="unseen">{` ${source.name}`}</span>
          </button>
        </p>
      )}
    </Panel>
  );
}
