import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import type { NotifyChannel } from '../../api/contract.ts';
import { channelsQuery } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { useTitle } from '../../shell/use-title.ts';
import { ChannelCard } from './channel-card.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { kindWords } from './channel-words.ts';
import { SettingsTabs } from './settings-tabs.tsx';

/** Who is told of verdicts that turn, and how. */
export function ChannelsPage() {
  useTitle('Notifications');
  const { add, change } = useSearch({ from: '/frame/settings/channels' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(channelsQuery);
  const [removing, setRemoving] = useState<NotifyChannel>();
  const changing = data?.items.find(({ name, origin }) => name === change && origin === 'server');
  const close = (): void => void navigate({ to: '/settings/channels', search: {}, replace: true });
  return (
    <>
      <header className="page-head">
        <h1>Notifications</h1>
        <Link to="/settings/channels" search={{ add: 'webhook' }} className="button is-main">
          Add a channel
        </Link>
      </header>
      <SettingsTabs />
      <p className="soft said">
        {`Channels tell of verdicts that turn: which image, why, whose it is, where it runs, what mends it.${
          data === undefined ? '' : ` Turns within ${data.windowSeconds} s go together.`
        }`}
      </p>
      {error !== null && <Failure error={error} what="the channels" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={4} height={56} />}
      {data !== undefined && data.items.length === 0 && (
        <Empty action={<FirstChannels />}>
          Nobody is told: a verdict that turns is seen on the fleet page alone. Begin with where your people look:
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <ul className="cards">
          {data.items.map((channel) => (
            <li key={`${channel.origin} ${channel.name}`}>
              <ChannelCard channel={channel} onRemove={() => setRemoving(channel)} />
            </li>
          ))}
        </ul>
      )}
      {add !== undefined && <ChannelDialog kind={add} onClose={close} />}
      {changing !== undefined && <ChannelDialog key={changing.name} channel={changing} onClose={close} />}
      {removing !== undefined && (
        <Confirm
          title={`Remove ${removing.name}`}
          meaning="Nobody is told by it from now on, of what was still to be told either."
          name={removing.name}
          button="Remove it"
          onConfirm={async () => {
            await send('DELETE', `/v1/notify/${encodeURIComponent(removing.name)}`);
            await client.invalidateQueries({ queryKey: ['channels'] });
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

function FirstChannels() {
  return (
    <p className="form-foot">
      {Object.entries(kindWords).map(([kind, text]) => (
        <Link key={kind} to="/settings/channels" search={{ add: kind }} className="button">
          {text}
        </Link>
      ))}
    </p>
  );
}
