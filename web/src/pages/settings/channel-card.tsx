import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { send } from '../../api/client.ts';
import type { NotifyChannel, NotifyTested } from '../../api/contract.ts';
import { resultWords } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Refusal } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { kindWords } from './channel-words.ts';

/** Where a channel tells of what, and a button that tries it. What is secret of it is never here. */
export function ChannelCard({ channel, onRemove }: { readonly channel: NotifyChannel; readonly onRemove: () => void }) {
  const { name, kind, origin, place, hasSecret, from, to = [], ownerDomains = [] } = channel;
  const isOfFile = origin === 'file';
  const test = useMutation({
    mutationFn: () => send<NotifyTested>('POST', '/v1/notify/test', { body: { channel: name } }),
  });
  return (
    <Panel title={name} aside={<span className="tag">{kindWords[kind]}</span>}>
      <p>{toldOf(channel)}</p>
      <p className="dots">
        <code className="wrap">{place}</code>
        {kind === 'webhook' && <span>{hasSecret ? 'signed' : 'not signed: anybody could send as we do'}</span>}
        {kind === 'email' && <span>{hasSecret ? 'logs in' : 'sends without a log-in'}</span>}
        {from !== undefined && <span className="wrap">{`from ${from}`}</span>}
        {to.length > 0 && <span className="wrap">{`to ${to.join(', ')}`}</span>}
        {ownerDomains.length > 0 && <span className="wrap">{`to owners in ${ownerDomains.join(', ')}`}</span>}
        {channel.changedBy !== undefined && channel.changedAt !== undefined && (
          <span>
            {`set by ${channel.changedBy} `}
            <TimeAgo at={channel.changedAt} />
          </span>
        )}
      </p>
      {isOfFile && (
        <p className="soft">It stands in the file that the server was started with, and is changed there.</p>
      )}
      <p className="form-foot">
        <button type="button" className="button is-small" disabled={test.isPending} onClick={() => test.mutate()}>
          Send a test<span className="unseen">{` by ${name}`}</span>
        </button>
        {!isOfFile && (
          <>
            <Link to="/settings/channels" search={{ change: name }} className="button is-small">
              Change<span className="unseen">{` ${name}`}</span>
            </Link>
            <button type="button" className="button is-small" onClick={onRemove}>
              Remove<span className="unseen">{` ${name}`}</span>
            </button>
          </>
        )}
      </p>
      <p role="status" className={test.data === undefined || test.data.result === 'sent' ? '' : 'caveat'}>
        {test.isPending ? 'Sending…' : test.data === undefined ? '' : testText(test.data)}
      </p>
      <Refusal error={test.error} />
    </Panel>
  );
}

function testText({ result, why }: NotifyTested): string {
  if (result === 'sent') return 'Sent: a message that says that it is a test.';
  const reason = why === undefined ? '' : `: ${why}`;
  return result === 'again'
    ? `Not sent${reason}. It may work later: messages are tried again.`
    : `Not sent${reason}. Messages would be lost: change the channel.`;
}

/** `Tells of turns to fail, of images that run, of teams shop.` */
function toldOf({ results, running, teams, scopes, environments }: NotifyChannel): string {
  const parts = [
    `Tells of turns to ${results.map((result) => resultWords[result]).join(' or ')}`,
    running ? 'of images that run' : 'of every image',
    ...(teams === undefined ? [] : [`of teams ${teams.join(', ')}`]),
    ...(scopes === undefined ? [] : [`in scopes ${scopes.join(', ')}`]),
    ...(environments === undefined ? [] : [`in ${environments.join(', ')}`]),
  ];
  return `${parts.join(', ')}.`;
}
