import type { Channel } from './notifications-file.ts';
import { sendMail } from './senders/email.ts';
import type { Sent } from './senders/sent.ts';
import { postMessage } from './senders/webhook.ts';

/** Sends a message that says that it is a test, at once. @param id the same for nothing else. */
export function sendTest(
  channel: Channel,
  {
    id,
    by,
    allow,
    env,
    now,
  }: {
    readonly id: string;
    /** Who asked for it. */
    readonly by: string;
    readonly allow: readonly string[];
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly now: Date;
  },
): Promise<Sent> {
  const text = `A test of Plimsoll's channel ${channel.name}, asked for by ${by}. Nothing turned.`;
  if (channel.kind === 'email') {
    const { server, password, from, to } = channel;
    return sendMail({ server, password, from, to, subject: 'Plimsoll: a test', text, id, allow });
  }
  const body =
    channel.kind === 'slack' ? { text } : { type: 'test', channel: channel.name, at: now.toISOString(), by, text };
  const secret = channel.kind === 'webhook' ? channel.secret : undefined;
  return postMessage({ url: channel.url, body, id, secret, allow, env, now });
}
