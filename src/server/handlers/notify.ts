import { randomUUID } from 'node:crypto';
import { type Channel, sendTest } from '../../flows/notify/index.ts';
import { CodedError } from '../../model/index.ts';
import { checkTarget } from '../../network/index.ts';
import {
  inTransaction,
  type KeptChannel,
  lockNotifyChannels,
  notifyChannels,
  passOverTurns,
  removeNotifyChannel,
  setNotifyChannel,
} from '../../server-store/index.ts';
import type { NotifyChannel, NotifyChannelChange } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { channelOf, notificationsNow, purposeOf } from '../notify/channels.ts';
import { eventBy, type Identity, type Service } from '../service.ts';
import { known } from './shapes.ts';

type Names = 'listNotify' | 'putNotify' | 'removeNotify' | 'testNotify';

const mostChannels = 50;
const secretNames = ['url', 'secret', 'password'] as const;

export function notifyHandlers(service: Service): Pick<Handlers, Names> {
  const { store, options, now, secrets } = service;
  const ofFile = options.notifications?.channels ?? [];
  const refuseFile = (name: string): void => {
    if (!ofFile.some((each) => each.name === name)) return;
    throw new CodedError('channel-of-file', `the channel ${name} is of the file that the server was started with`, {
      kind: 'usage',
      hint: 'change it there, or name another',
    });
  };
  return {
    async listNotify({ identity }) {
      forAllTeams(identity);
      const kept = await notifyChannels(store);
      return {
        windowSeconds: options.notifications?.windowSeconds ?? 60,
        items: [
          ...ofFile.map((channel) => shapeOf(channel, 'file')),
          ...kept.map((each) => ({ ...shapeOf(channelOf(each, service), 'server'), ...changeOf(each) })),
        ],
      };
    },
    async putNotify({ params, body, identity, from }) {
      forAllTeams(identity);
      const { name } = params;
      refuseFile(name);
      const changed = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        await lockNotifyChannels(inner);
        const all = await notifyChannels(inner);
        const before = all.find((each) => each.name === name);
        if (before === undefined && all.length >= mostChannels)
          throw new CodedError('too-many-channels', `there are ${all.length} channels: more are not kept`, {
            kind: 'usage',
          });
        const { plain, sealed } = sealedOf(name, body, before, secrets);
        const next = { name, body: plain, sealed, changedBy: identity.actor.name, changedAt: now().toISOString() };
        const channel = channelOf(next, service);
        await checkTarget(new URL(addressOf(channel)).hostname.replace(/^\[|\]$/g, ''), options.allowAddresses);
        if (all.length === 0 && ofFile.length === 0) await passOverTurns(inner, now());
        await setNotifyChannel(inner, next);
        const { kind, place, results } = shapeOf(channel, 'server');
        const details = { kind, place, results: results.join(' '), isNew: before === undefined };
        const subject = { kind: 'channel', name };
        await appendToLedger([eventBy(identity, from, { action: 'notify.set', subject, details })]);
        return { ...shapeOf(channel, 'server'), ...changeOf(next) };
      });
      return changed;
    },
    async removeNotify({ params, identity, from }) {
      forAllTeams(identity);
      refuseFile(params.name);
      await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        await lockNotifyChannels(inner);
        if (!(await removeNotifyChannel(inner, params.name))) throw notFound(`channel ${params.name}`);
        const subject = { kind: 'channel', name: params.name };
        await appendToLedger([eventBy(identity, from, { action: 'notify.remove', subject })]);
      });
      return undefined;
    },
    async testNotify({ body, identity, from }) {
      forAllTeams(identity);
      const notifications = await notificationsNow(service);
      const channel = notifications?.channels.find(({ name }) => name === body.channel);
      if (notifications === undefined || channel === undefined) throw notFound(`channel ${body.channel}`);
      const sent = await sendTest(channel, {
        ...{ id: `test-${randomUUID()}`, by: identity.displayName, env: options.env, now: now() },
        allow: channel.allow ?? notifications.allow,
      });
      const subject = { kind: 'channel', name: channel.name };
      const details = { result: sent.kind };
      await inTransaction(store, ({ appendToLedger }) =>
        appendToLedger([eventBy(identity, from, { action: 'notify.test', subject, details })]),
      );
      return { result: sent.kind, ...(sent.kind === 'sent' ? {} : { why: sent.why.slice(0, 2000) }) };
    },
  };
}

/** Channels tell of the images of all teams. */
function forAllTeams({ reach }: Identity): void {
  if (reach !== undefined) throw new CodedError('forbidden', 'channels tell of all teams: they are not for one to set');
}

/** What is kept openly of a channel, and what sealed: secrets that were not sent stay, if they go where they went. */
function sealedOf(
  name: string,
  change: NotifyChannelChange,
  before: KeptChannel | undefined,
  box: Service['secrets'],
): { readonly plain: object; readonly sealed: Readonly<Record<string, string>> } {
  const given = change as Readonly<Record<string, unknown>>;
  const plain = Object.fromEntries(Object.entries(given).filter(([key]) => !secretNames.includes(key as never)));
  const sealed: Record<string, string> = {};
  for (const key of secretNames)
    if (typeof given[key] === 'string') sealed[key] = box.seal(given[key], purposeOf(name, key));
  const was = before?.body as { readonly kind?: string; readonly server?: string } | undefined;
  const isSameKind = was?.kind === change.kind;
  const server = change.kind !== 'email' ? undefined : (change.server ?? (isSameKind ? was?.server : undefined));
  const staysThere = isSameKind && (change.kind === 'email' ? was?.server === server : given['url'] === undefined);
  const kept = staysThere ? { ...before!.sealed, ...sealed } : sealed;
  if (change.kind === 'email' ? server === undefined : kept['url'] === undefined)
    throw new CodedError(
      'invalid-notifications',
      `channel ${name}: a channel that is new, or of another kind, needs its ${change.kind === 'email' ? 'server' : 'url'}`,
      { kind: 'usage' },
    );
  return { plain: { ...plain, ...(server === undefined ? {} : { server }) }, sealed: kept };
}

function addressOf(channel: Channel): string {
  return channel.kind === 'email' ? channel.server : channel.url;
}

function changeOf({ changedBy, changedAt }: KeptChannel): Pick<NotifyChannel, 'changedBy' | 'changedAt'> {
  return { changedBy, changedAt };
}

function shapeOf(channel: Channel, origin: NotifyChannel['origin']): NotifyChannel {
  const { name, kind, filter } = channel;
  const url = new URL(addressOf(channel));
  const more =
    channel.kind === 'email'
      ? { from: channel.from, to: [...channel.to], ownerDomains: [...channel.ownerDomains] }
      : {};
  const hasSecret =
    channel.kind === 'email'
      ? channel.password !== undefined
      : channel.kind === 'webhook' && channel.secret !== undefined;
  const { teams, scopes, environments } = filter;
  return {
    ...{ name, kind, origin, hasSecret, results: [...filter.results], running: filter.running },
    place: `${url.protocol}//${url.host}`,
    ...more,
    ...known({ teams, scopes, environments }),
  } as NotifyChannel;
}
