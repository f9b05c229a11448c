import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { meQuery, tokensQuery } from '../../api/queries.ts';
import type { MadeToken, NewToken, Permission, Token } from '../../api/contract.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure, Refusal } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';

/** Tokens: how pipelines and other programs log in. */
export function TokensPanel() {
  const { data, error, refetch } = useQuery(tokensQuery);
  const { data: me } = useQuery(meQuery);
  const client = useQueryClient();
  const [revoking, setRevoking] = useState<Token>();
  return (
    <Panel title="Tokens">
      {error !== null && <Failure error={error} what="the tokens" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={3} />}
      {data !== undefined && data.items.length === 0 && <p className="empty">None yet: pipelines log in with one.</p>}
      {data !== undefined && data.items.length > 0 && (
        <div className="scroll">
          <table className="small-table is-full is-stacking">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Begins</th>
                <th scope="col">Owner</th>
                <th scope="col">May</th>
                <th scope="col">Ends</th>
                <th scope="col">Last used</th>
                <th scope="col">
                  <span className="unseen">Revoke</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((token) => (
                <tr key={token.id}>
                  <th scope="row" data-head="Name">
                    {token.name}
                  </th>
                  <td data-head="Begins">
                    <code>{`${token.prefix}…`}</code>
                  </td>
                  <td data-head="Owner">{token.owner}</td>
                  <td data-head="May" className="wraps">
                    {scopesText(token, me?.permissions)}
                  </td>
                  <td data-head="Ends">
                    <TimeAgo at={token.expiresAt} />
                  </td>
                  <td data-head="Last used">
                    {token.lastUsedAt === undefined ? 'never' : <TimeAgo at={token.lastUsedAt} />}
                  </td>
                  <td data-head="">
                    <button type="button" className="button is-small" onClick={() => setRevoking(token)}>
                      Revoke<span className="unseen">{` ${token.name}`}</span>
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <MakeToken />
      {revoking !== undefined && (
        <Confirm
          title={`Revoke ${revoking.name}`}
          meaning="Whatever logs in with it is refused from now on."
          name={revoking.name}
          button="Revoke it"
          onConfirm={async () => {
            await send('DELETE', `/v1/tokens/${encodeURIComponent(revoking.id)}`);
            await client.invalidateQueries({ queryKey: ['tokens'] });
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Panel>
  );
}

/** What a token may do; the administrator's own would name every right. */
function scopesText({ scopes }: Token, own: readonly Permission[] | undefined): string {
  return own?.every((scope) => scopes.includes(scope)) === true ? 'all that you may' : scopes.join(', ');
}

function MakeToken() {
  const { data: me } = useQuery(meQuery);
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [scopes, setScopes] = useState<readonly Permission[]>(['read', 'scan', 'record.write']);
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      send<MadeToken>('POST', '/v1/tokens', {
        body: { name, scopes: [...scopes], expiresInDays: Number(days) } satisfies NewToken,
      }),
    onSuccess: async () => {
      setName('');
      await client.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  const may = me?.permissions ?? [];
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <h3>Make one</h3>
      <div className="scan-form">
        <label className="field is-grown">
          <span>Name</span>
          <input className="input" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </label>
        <label className="field">
          <span>Days until it ends</span>
          <input
            className="input"
            type="number"
            min={1}
            max={366}
            value={days}
            onChange={(event) => setDays(event.target.value)}
          />
        </label>
      </div>
      <fieldset className="checks">
        <legend>What it may do</legend>
        {may.map((permission) => (
          <label key={permission} className="check">
            <input
              type="checkbox"
              checked={scopes.includes(permission)}
              onChange={(event) =>
                setScopes(
                  event.target.checked ? [...scopes, permission] : scopes.filter((other) => other !== permission),
                )
              }
            />
            <span>{permission}</span>
          </label>
        ))}
      </fieldset>
      <Refusal error={make.error} />
      <p className="form-foot">
        <button
          type="submit"
          className="button is-main"
          disabled={name.trim() === '' || scopes.length === 0 || make.isPending}
        >
          Make the token
        </button>
      </p>
      {make.data !== undefined && (
        <p role="status" className="secret">
          {`${make.data.name}: it is shown this once. `}
          <code className="wrap">{make.data.secret}</code>
          <CopyButton text={make.data.secret} what="token" />
        </p>
      )}
    </form>
  );
}
