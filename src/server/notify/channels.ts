import { type Channel, type Notifications, plainChannel } from '../../flows/notify/index.ts';
import { type KeptChannel, notifyChannels } from '../../server-store/index.ts';
import type { Service } from '../service.ts';

type Around = Pick<Service, 'store' | 'options' | 'secrets' | 'publicUrl'>;

const usualWindowSeconds = 60;

/** Who is told now: by the file that the server was started with, and as it was set since. Undefined: nobody is. */
export async function notificationsNow(service: Around): Promise<Notifications | undefined> {
  const { options, store, publicUrl } = service;
  const own = (await notifyChannels(store)).map((kept) => channelOf(kept, service));
  const file = options.notifications;
  if (own.length === 0) return file;
  const named = new Set(file?.channels.map(({ name }) => name));
  return {
    windowSeconds: usualWindowSeconds,
    allow: [],
    dashboard: publicUrl(),
    ...file,
    channels: [...(file?.channels ?? []), ...own.filter(({ name }) => !named.has(name))],
  };
}

/** A kept channel, its secrets opened. @throws CodedError `secret-unreadable` */
export function channelOf({ name, body, sealed }: KeptChannel, { secrets, options }: Around): Channel {
  const opened = Object.fromEntries(
    Object.entries(sealed).map(([key, text]) => [key, secrets.open(text, purposeOf(name, key))]),
  );
  // What the file lets through is for the channels of the file.
  return { ...plainChannel({ ...body, ...opened, name } as never), allow: options.allowAddresses };
}

/** What a secret is sealed for. */
export function purposeOf(channel: string, secret: string): string {
  return `channel ${channel} ${secret}`;
}
