import { createHash } from 'node:crypto';
import { checkSource, noteAudit, noteNotifications, scansByJobs } from '../../flows/watch/index.ts';
import { CodedError } from '../../model/index.ts';
import {
  addSource,
  changeSource,
  getSource,
  inTransaction,
  keepAnswer,
  type KeptSource,
  listSources,
  noteSource,
  removeSource,
  takeKey,
} from '../../server-store/index.ts';
import type { NotedNotifications, Route } from '../contract/index.ts';
import type { Asked, Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import type { LedgerAction } from '../../ledger/index.ts';
import { eventBy, type Identity, reachesTeam, type Service, teamFor } from '../service.ts';
import { checkSourceAddress } from '../sources/check-address.ts';
import { openSecrets } from '../sources/source-access.ts';
import { sourceOf } from './shapes.ts';

type Names = 'listSources' | 'addSource' | 'changeSource' | 'removeSource' | 'noteNotifications';

export function sourceHandlers(service: Service): Pick<Handlers, Names> {
  const { store, now, secrets, options } = service;
  const by = ({ identity, from }: Pick<Asked<Route>, 'identity' | 'from'>, action: LedgerAction, name: string) =>
    eventBy(identity, from, { action, subject: { kind: 'source', name } });
  // One after the other: each holds a connection while it needs more of them.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
  return {
    async listSources({ identity }) {
      const reached = (await listSources(store)).filter(({ team }) => reachesTeam(identity, team));
      return { items: reached.map((each) => sourceOf(each, now())) };
    },
    async addSource({ body, identity, from }) {
      checkSource(body);
      await checkSourceAddress(body, options.allowAddresses);
      const team = teamFor(identity, body.team);
      const sealed = Object.fromEntries(
        Object.entries(body.secrets)
          .filter(([, text]) => text !== '')
          .map(([name, text]) => [name, secrets.seal(text, `source ${name}`)]),
      );
      const added = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const source = await addSource(inner, { ...body, team, sealed });
        if (source === undefined)
          throw new CodedError('source-known', `there is a source ${body.name} already`, { kind: 'usage' });
        const { kind, address, environment } = source;
        const details = { kind, address, environment, team: source.team, secrets: Object.keys(sealed) };
        await appendToLedger([{ ...by({ identity, from }, 'source.add', source.name), details }]);
        return source;
      });
      return sourceOf(added, now());
    },
    async changeSource({ params, body, identity, from }) {
      const before = await reachSource(service, identity, params.id);
      if (body.team !== undefined && !reachesTeam(identity, body.team))
        throw new CodedError('forbidden', `team ${body.team ?? 'nobody’s'} is not one of yours`);
      const next = {
        name: body.name ?? before.name,
        address: body.address ?? before.address,
        environment: body.environment === undefined ? before.environment : body.environment,
        team: body.team === undefined ? before.team : body.team,
        enabled: body.enabled ?? before.enabled,
      };
      if (body.address !== undefined) {
        await checkSourceAddress({ kind: before.kind, address: body.address }, options.allowAddresses);
        // What was entrusted for one address must not be sent to another.
        if (body.address !== before.address && Object.keys(before.sealed).length > 0 && body.secrets === undefined)
          throw new CodedError('request-invalid', 'another address needs its secrets anew', { kind: 'usage' });
      }
      const moved = body.address !== undefined && body.address !== before.address;
      const sealed: Record<string, string> = moved ? {} : { ...before.sealed };
      for (const [name, text] of Object.entries(body.secrets ?? {}))
        if (text === '') delete sealed[name];
        else sealed[name] = secrets.seal(text, `source ${name}`);
      checkSource({
        kind: before.kind,
        name: next.name,
        address: next.address,
        secrets: openSecrets(secrets, { sealed }),
      });
      const changed = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const after = await changeSource(inner, params.id, { ...next, sealed });
        if (after === undefined) throw notFound(`source ${params.id}`);
        const { name, address, enabled, environment, team } = after;
        const details = { address, enabled, environment, team, nameBefore: before.name, addressBefore: before.address };
        const event = by({ identity, from }, 'source.change', name);
        await appendToLedger([{ ...event, details: { ...details, secrets: Object.keys(body.secrets ?? {}) } }]);
        return after;
      });
      return sourceOf(changed, now());
    },
    async removeSource({ params, identity, from }) {
      await reachSource(service, identity, params.id);
      await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const name = await removeSource(inner, params.id);
        if (name === undefined) throw notFound(`source ${params.id}`);
        await appendToLedger([by({ identity, from }, 'source.remove', name)]);
      });
      return undefined;
    },
    async noteNotifications({ params, identity, request }) {
      const source = await reachSource(service, identity, params.id);
      const media = notificationTypes[source.kind];
      if (media === undefined)
        throw new CodedError('request-invalid', `${source.name} is a ${source.kind}: it sends no notifications`, {
          kind: 'usage',
        });
      const body = notificationOf(source, request.body);
      if (body === undefined)
        throw new CodedError('media-type', `notifications of a ${source.kind} come as ${media}`, { kind: 'usage' });
      return inTurn(() => noteOnce(service, source, body));
    },
  };
}

/** What each kind of source posts to us. */
const notificationTypes: Readonly<Partial<Record<KeptSource['kind'], string>>> = {
  registry: 'application/vnd.docker.distribution.events.v2+json',
  kubernetes: 'application/json',
};

/** The body as it came, or undefined where it is of another kind than the source's. */
function notificationOf({ kind }: KeptSource, body: unknown): Buffer | undefined {
  if (kind === 'registry') return Buffer.isBuffer(body) ? body : undefined;
  return Buffer.isBuffer(body) || typeof body !== 'object' || body === null
    ? undefined
    : Buffer.from(JSON.stringify(body));
}

/** @throws CodedError `not-found` for a source that there is not, or that is not for whoever asks. */
async function reachSource({ store }: Service, identity: Identity, id: string): Promise<KeptSource> {
  const source = await getSource(store, id);
  if (source === undefined || !reachesTeam(identity, source.team)) throw notFound(`source ${id}`);
  return source;
}

/**
 * Takes notifications in, once: a registry that did not hear our answer sends the same again. The key is held by a transaction of its
 * own while the work is done beside it, since the ledger's writer must not wait for what we hold.
 */
function noteOnce(service: Service, source: KeptSource, body: Buffer): Promise<NotedNotifications> {
  const { store, ledger, now } = service;
  const request = createHash('sha256').update(body).digest();
  const key = { identity: `source ${source.id}`, key: request.toString('hex') };
  return inTransaction(store, async ({ store: holder }) => {
    const earlier = await takeKey(holder, { ...key, request });
    if (earlier.kind === 'answered') return JSON.parse(earlier.body) as NotedNotifications;
    if (earlier.kind === 'running')
      throw new CodedError('key-in-use', 'the same notification is being taken in', {
        hint: 'send it again in a moment',
      });
    const { id, kind, name, address, enabled, team } = source;
    const watched = { id, kind, name, address, enabled, secrets: {}, ...(team === null ? {} : { team }) };
    const world = { store, ledger, now, wantScan: scansByJobs(store, service.wakeJobs) };
    const noted =
      kind === 'kubernetes'
        ? { events: await noteAudit(world, watched, body), wanted: 0 }
        : await noteNotifications(world, watched, body);
    // That a cluster's audit log comes does not say that its pods can be listed.
    if (kind === 'registry') await noteSource(store, id, { state: 'connected', now: now() });
    await keepAnswer(holder, { ...key, status: 200, body: JSON.stringify(noted) });
    service.hub.wake();
    return noted;
  });
}
