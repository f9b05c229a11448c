import {
  endMessage,
  type KeptMessage,
  nextMessage,
  postponeMessage,
  type Store,
  takeMessages,
} from '../../server-store/index.ts';
import type { Channel, Notifications } from './notifications-file.ts';
import { prepareMessages } from './prepare-messages.ts';
import { sendMail } from './senders/email.ts';
import type { Sent } from './senders/sent.ts';
import { postMessage } from './senders/webhook.ts';

const mostTries = 12;
const firstPauseMs = 30_000;
const longestPauseMs = 3_600_000;
/** Longer than any attempt takes. */
const leaseMs = 120_000;

export interface NotifyOptions {
  readonly notifications: Notifications;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

export interface Notified {
  readonly prepared: number;
  readonly sent: number;
  readonly failed: number;
  readonly postponed: number;
  /** When the next message's time comes; absent where none waits. */
  readonly next?: string;
}

/**
 * Makes messages of turns whose window is over, and sends those whose time has come. What is not taken is sent again, ever later,
 * twelve times over about seven hours. Any number of processes may do so at once.
 */
export async function notify(store: Store, options: NotifyOptions): Promise<Notified> {
  const { notifications, now } = options;
  const prepared = await prepareMessages(store, { notifications, now: now() });
  const counts = { sent: 0, failed: 0, postponed: 0 };
  for (;;) {
    const messages = await takeMessages(store, { limit: 4, leaseMs, now: now() });
    if (messages.length === 0) break;
    await Promise.all(messages.map(async (message) => void counts[await deliver(store, message, options)]++));
  }
  const next = await nextMessage(store);
  return { prepared, ...counts, ...(next === undefined ? {} : { next }) };
}

async function deliver(
  store: Store,
  message: KeptMessage,
  options: NotifyOptions,
): Promise<'sent' | 'failed' | 'postponed'> {
  const channel = options.notifications.channels.find(({ name }) => name === message.channel);
  const sent: Sent =
    channel === undefined
      ? { kind: 'failed', why: 'the channel is no longer configured' }
      : await send(channel, message, options);
  const now = options.now();
  if (sent.kind === 'sent') {
    await endMessage(store, { id: message.id, state: 'sent', now });
    return 'sent';
  }
  if (sent.kind === 'failed' || message.tries >= mostTries) {
    await endMessage(store, { id: message.id, state: 'failed', error: sent.why, now });
    return 'failed';
  }
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (message.tries - 1));
  await postponeMessage(store, { id: message.id, until: new Date(now.getTime() + pauseMs), error: sent.why });
  return 'postponed';
}

function send(
  channel: Channel,
  { body, identity }: KeptMessage,
  { notifications, env, now }: NotifyOptions,
): Promise<Sent> {
  const { allow = notifications.allow } = channel;
  const id = `${channel.name}-${identity}`;
  if (channel.kind === 'email') {
    const letter = body as { readonly to: readonly string[]; readonly subject: string; readonly text: string };
    return sendMail({ ...letter, server: channel.server, password: channel.password, from: channel.from, id, allow });
  }
  const secret = channel.kind === 'webhook' ? channel.secret : undefined;
  return postMessage({ url: channel.url, body, id, secret, allow, env, now: now() });
}
