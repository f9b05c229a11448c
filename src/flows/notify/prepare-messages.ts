import { hash } from 'node:crypto';
import { inTransaction, keepMessages, type NewMessage, type Store, takeTurns } from '../../server-store/index.ts';
import type { Channel, Notifications } from './notifications-file.ts';
import { mailText, slackPayload, webhookPayload } from './payloads.ts';
import { concerns, lastWords, ownerOf, type ToldTurn } from './told-turn.ts';

/**
 * Makes messages of the turns whose window is over: one for each channel and owner. That they are made, and that the turns were
 * taken, is kept at once. Without channels turns are only marked: whoever configures one later is not told of the past.
 * @returns how many.
 */
export async function prepareMessages(
  store: Store,
  { notifications, now }: { readonly notifications: Notifications; readonly now: Date },
): Promise<number> {
  const before = new Date(now.getTime() - notifications.windowSeconds * 1000);
  return inTransaction(store, async ({ store: inner }) => {
    const turns = lastWords(await takeTurns(inner, { before, now }));
    const messages = notifications.channels.flatMap((channel) => messagesFor(channel, turns, notifications));
    await keepMessages(inner, messages, now);
    return messages.length;
  });
}

function messagesFor(
  channel: Channel,
  turns: readonly ToldTurn[],
  { dashboard }: Notifications,
): readonly NewMessage[] {
  const told = turns.filter((turn) => concerns(channel.filter, turn));
  const groups = [...Map.groupBy(told, (turn) => ownerOf(turn) ?? '')];
  return groups.flatMap(([owner, own]) => {
    const options = { dashboard };
    const identity = identityOf(own);
    const base = { channel: channel.name, recipient: owner, identity };
    if (channel.kind === 'webhook') return [{ ...base, body: webhookPayload(own, options) }];
    if (channel.kind === 'slack') return [{ ...base, body: slackPayload(own, options) }];
    const to = recipientsOf(channel, owner);
    return to.length === 0 ? [] : [{ ...base, body: { to, ...mailText(own, options) } }];
  });
}

/** The same turns make the same message. */
function identityOf(turns: readonly ToldTurn[]): string {
  const text = turns.map(({ image, scope, result, at }) => `${image} ${scope} ${result} ${at}`).sort();
  return hash('sha256', text.join('\n'), 'hex').slice(0, 32);
}

/** An owner's address comes from a label that anybody may have written: only the organisation's domains are written to. */
function recipientsOf({ to, ownerDomains }: Extract<Channel, { kind: 'email' }>, owner: string): readonly string[] {
  const address = /(?:^|<|\s)([a-z0-9._%+-]{1,64}@([a-z0-9.-]{1,255}))>?$/i.exec(owner.trim());
  const isOurs = address !== null && ownerDomains.some((domain) => domain.toLowerCase() === address[2]!.toLowerCase());
  return [...new Set([...to, ...(isOurs ? [address[1]!] : [])])];
}
