import { CodedError } from '../../model/index.ts';
import {
  addSource,
  changeSource,
  containersWithVerdict,
  getSource,
  imageHistory,
  inTransaction,
  listSources,
  listWorkloads,
  readFleet,
  readTrend,
  removeSource,
  turnedSince,
} from '../../server-store/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { eventBy, type Identity, type Service } from '../service.ts';
import { containerOf, countsOf, known, pageWith, sourceOf, workloadOf } from './shapes.ts';

type Names =
  | 'getFleet'
  | 'listContainers'
  | 'listWorkloads'
  | 'getWorkload'
  | 'listSources'
  | 'addSource'
  | 'changeSource'
  | 'removeSource';

const dayMs = 86_400_000;

export function inventoryHandlers(service: Service): Pick<Handlers, Names> {
  const { store, now, secrets } = service;
  const note = async (identity: Identity, from: string, action: string, name: string, details = {}): Promise<void> =>
    void (await inTransaction(store, ({ appendToLedger }) =>
      appendToLedger([eventBy(identity, from, { action, subject: { kind: 'source', name }, details })]),
    ));
  return {
    async getFleet({ query, identity }) {
      const { reach } = identity;
      const [fleet, trend, turned, sources] = await Promise.all([
        readFleet(store, { environment: query.environment, reach }),
        readTrend(store, { days: 30, reach }),
        turnedSince(store, { since: new Date(now().getTime() - dayMs), reach, limit: 100 }),
        listSources(store),
      ]);
      return {
        environments: fleet.environments.map(({ containers, workloads, ...rest }) => ({
          ...rest,
          containers: countsOf(containers),
          workloads: countsOf(workloads),
        })),
        turned: turned.map(({ why, environments, ...rest }) => ({
          ...rest,
          environments: [...environments],
          why: why ?? '',
        })),
        oldest: fleet.oldest.map((row) => known(row)) as never,
        coverage: {
          sources: sources.map(sourceOf).map(({ name, kind, lastSeen, state }) => ({
            name,
            kind,
            silent: state === 'silent' || state === 'failing',
            ...(lastSeen === undefined ? {} : { lastSeen }),
          })),
          images: fleet.images,
        },
        trend: trend.map(({ day, counts }) => ({ day, ...countsOf(counts) })),
        totals: fleet.totals,
      };
    },
    async listContainers({ query, identity }) {
      const { cursor, verdict, ...rest } = query;
      const page = await containersWithVerdict(store, {
        ...rest,
        result: verdict,
        reach: identity.reach,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      return pageWith(page, containerOf);
    },
    async listWorkloads({ query, identity }) {
      const { cursor, ...rest } = query;
      const page = await listWorkloads(store, {
        ...rest,
        reach: identity.reach,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      return pageWith(page, workloadOf);
    },
    async getWorkload({ params, identity }) {
      const { reach } = identity;
      const row = (await listWorkloads(store, { id: params.id, running: false, reach, limit: 1 })).items[0];
      if (row === undefined) throw notFound(`workload ${params.id}`);
      const { items } = await containersWithVerdict(store, { workload: params.id, running: false, reach, limit: 500 });
      return {
        ...workloadOf(row),
        timeline: await timelineOf(service, items),
        current: items.filter(({ until }) => until === null).map(containerOf),
      };
    },
    async listSources() {
      return { items: (await listSources(store)).map(sourceOf) };
    },
    async addSource({ body, identity, from }) {
      await checkAddress(service, body.kind, body.address);
      const sealed = Object.fromEntries(
        Object.entries(body.secrets)
          .filter(([, text]) => text !== '')
          .map(([name, text]) => [name, secrets.seal(text, `source ${name}`)]),
      );
      const added = await addSource(store, { ...body, sealed });
      if (added === undefined)
        throw new CodedError('source-known', `there is a source ${body.name} already`, { kind: 'usage' });
      await note(identity, from, 'source.add', added.name, { kind: added.kind, address: added.address });
      return sourceOf(added);
    },
    async changeSource({ params, body, identity, from }) {
      const before = await getSource(store, params.id);
      if (before === undefined) throw notFound(`source ${params.id}`);
      if (body.address !== undefined) {
        await checkAddress(service, before.kind, body.address);
        // What was entrusted for one address must not be sent to another.
        if (body.address !== before.address && Object.keys(before.sealed).length > 0 && body.secrets === undefined)
          throw new CodedError('request-invalid', 'another address needs its secrets anew', { kind: 'usage' });
      }
      const moved = body.address !== undefined && body.address !== before.address;
      const sealed: Record<string, string> = moved ? {} : { ...before.sealed };
      for (const [name, text] of Object.entries(body.secrets ?? {}))
        if (text === '') delete sealed[name];
        else sealed[name] = secrets.seal(text, `source ${name}`);
      const after = await changeSource(store, params.id, {
        name: body.name ?? before.name,
        address: body.address ?? before.address,
        environment: body.environment === undefined ? before.environment : body.environment,
        team: body.team === undefined ? before.team : body.team,
        enabled: body.enabled ?? before.enabled,
        sealed,
      });
      if (after === undefined) throw notFound(`source ${params.id}`);
      await note(identity, from, 'source.change', after.name, {
        address: after.address,
        enabled: after.enabled,
        secrets: Object.keys(body.secrets ?? {}),
      });
      return sourceOf(after);
    },
    async removeSource({ params, identity, from }) {
      const name = await removeSource(store, params.id);
      if (name === undefined) throw notFound(`source ${params.id}`);
      await note(identity, from, 'source.remove', name);
      return undefined;
    },
  };
}

/** Starts, stops and verdicts of a workload's containers, newest first. */
async function timelineOf(
  { store }: Service,
  containers: Awaited<ReturnType<typeof containersWithVerdict>>['items'],
): Promise<{ at: string; kind: 'start' | 'stop' | 'verdict'; what: string; container?: string; image?: string }[]> {
  const images = [...new Set(containers.flatMap(({ image }) => image ?? []))].slice(0, 20);
  const turns = await Promise.all(
    images.map(async (image) =>
      (await imageHistory(store, image))
        .filter(({ kind, from }) => kind === 'verdict' && from !== null)
        .map(({ at, scope, from, to }) => ({ at, kind: 'verdict' as const, what: `${scope}: ${from} → ${to}`, image })),
    ),
  );
  const lives = containers.flatMap(({ id, name, image, imageName, since, until }) => {
    const about = { container: id, ...(image === null ? {} : { image }) };
    return [
      { at: since, kind: 'start' as const, what: `${name} started from ${imageName}`, ...about },
      ...(until === null ? [] : [{ at: until, kind: 'stop' as const, what: `${name} stopped`, ...about }]),
    ];
  });
  return [...lives, ...turns.flat()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 500);
}

/** What the server is told to ask must not be what only this machine reaches. */
async function checkAddress({ options }: Service, kind: string, address: string): Promise<void> {
  const { checkTarget } = await import('../../network/index.ts');
  if (/^unix:\/\//.test(address)) {
    // The machine's own engine is what most people connect first.
    if (/^unix:\/\/\/(?:var\/run|run)\/[\w./-]*\.sock$/.test(address) && !address.includes('..')) return;
    throw new CodedError('address-refused', `${address} is no socket in /run`, { kind: 'usage' });
  }
  const text = address.includes('://') ? address : `https://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const schemes = kind === 'docker' ? ['tcp:', 'http:', 'https:'] : ['https:', 'http:'];
  if (url === undefined || !schemes.includes(url.protocol) || url.username !== '' || url.password !== '')
    throw new CodedError('address-refused', `${address.slice(0, 200)} is not an address for ${kind}`, {
      kind: 'usage',
    });
  await checkTarget(url.hostname, options.allowAddresses);
}
