import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { activePolicyName, seedPolicies } from '../flows/keep-image/index.ts';
import { engine } from '../flows/engine.ts';
import { ledgerSigner, localActor } from '../flows/ledger/index.ts';
import { makeFirstLogInLink, makeLogInLink, noteServerAddress } from '../flows/log-in/index.ts';
import { NotifyWorker } from '../flows/notify/index.ts';
import { addLocalEngine, keptSources, scansByJobs, watchSources } from '../flows/watch/index.ts';
import { CodedError } from '../model/index.ts';
import {
  ChangeCounts,
  forgetOld,
  forgetTold,
  isRoleHeld,
  LedgerWriter,
  openStore,
  type Store,
} from '../server-store/index.ts';
import { KeptAnswers } from './answers/kept-answers.ts';
import { makeApp } from './http/app.ts';
import { makeMetrics } from './http/metrics.ts';
import { Authenticator } from './identity/authenticate.ts';
import { OidcLogIn } from './identity/oidc.ts';
import { BodyKeeper } from './jobs/body-keeper.ts';
import { CurrentFindings } from './jobs/current-findings.ts';
import { HeadWorker } from './jobs/head-worker.ts';
import { JudgeWorker } from './jobs/judge-worker.ts';
import { ScanWorkers } from './jobs/scan-worker.ts';
import { LiveHub } from './live/hub.ts';
import type { ServerOptions } from './options.ts';
import { notificationsNow } from './notify/channels.ts';
import { openSecretBox } from './secrets/secret-box.ts';
import type { Service } from './service.ts';
import { openTracer, type Tracer } from './tracing/index.ts';
import { openSecrets } from './sources/source-access.ts';

const keptHours = 48;
/** Of answers that are given again. */
const mostKeptBytes = 96 << 20;
const usualTurnsDays = 90;
/** How long an answer that is under way may still take when the server ends. */
const patienceMs = 10_000;

export interface RunningServer {
  /** As people reach it. */
  readonly url: string;
  /** Logs an administrator in, once; there as long as there is none, or where it was asked for. */
  readonly setupUrl?: string;
  /** Whether somebody is the administrator. */
  readonly isSetUp: boolean;
  readonly store: Store;
  readonly policy: string;
  /** Finishes what is being answered, gives scans back, closes the store. */
  stop(): Promise<void>;
}

interface Tracing {
  readonly tracer: Tracer | undefined;
  /** Takes what is to hear of traces that could not be sent. */
  readonly onReport: (report: (error: unknown) => void) => void;
}

/** Starts a server. @throws CodedError `store-…`, `address-in-use` */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  let report: (error: unknown) => void = () => undefined;
  const tracer = await openTracer(options.env, {
    version: engine.replace('plimsoll ', ''),
    onError: (error) => report(error),
  });
  const store = await openStore({
    connections: 16,
    onQuery: tracer === undefined ? undefined : (...query) => tracer.query(...query),
    ...{ bodies: options.bodies, env: options.env },
    ...(options.databaseUrl === undefined ? { folder: options.data } : { databaseUrl: options.databaseUrl }),
  });
  try {
    return await serveFrom(store, options, { tracer, onReport: (given) => (report = given) });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function serveFrom(store: Store, options: ServerOptions, { tracer, onReport }: Tracing): Promise<RunningServer> {
  await seedPolicies(store);
  const hub = new LiveHub(store);
  const ledger = new LedgerWriter(store);
  let own = options.publicUrl ?? '';
  const publicUrl = (): string => own;
  const { databaseUrl, program, env } = options;
  const judging = new JudgeWorker({
    ...{ program, env, databasePath: options.database, bases: options.bases },
    store: databaseUrl === undefined ? { folder: path.resolve(options.data) } : { databaseUrl },
    tracer,
    onDone: () => hub.wake(),
    onError: (error) => app.log.error({ err: error }, 'judging again failed'),
  });
  const service: Service = {
    options,
    publicUrl,
    store,
    tracer,
    ledger,
    hub,
    metrics: makeMetrics(),
    answers: new KeptAnswers(new ChangeCounts(store), mostKeptBytes),
    findings: new CurrentFindings(store, options.database),
    secrets: openSecretBox(path.resolve(options.data)),
    oidc:
      options.oidc === undefined
        ? undefined
        : new OidcLogIn(options.oidc, store, () => `${publicUrl()}/v1/session/oidc/callback`),
    wakeJobs: () => workers.wake(),
    judgeAgain: () => judging.wake(),
    judgeAgainNow: () => judging.run(),
    judgedSoFar: () => judging.soFar,
    now: () => new Date(),
  };
  const workers = new ScanWorkers(service);
  const authenticator = new Authenticator(store, () => publicUrl().startsWith('https:'));
  const app: FastifyInstance = makeApp(service, authenticator);
  onReport((error) => app.log.warn({ err: error }, 'traces could not be sent'));
  await hub.start();
  await listen(app, options);
  own ||= addressOf(app, options);
  await noteServerAddress(store, own);
  const by = localActor(env, options.hasTerminal === true);
  const isSetUp = await isRoleHeld(store, 'admin');
  const setupUrl = await (options.logInLink === true ? makeLogInLink : makeFirstLogInLink)(store, own, by);
  if (options.localEngine === true) await addLocalEngine(store, { by, env, cacheDirectory: options.cacheDirectory });
  workers.start();
  judging.start();
  const telling = new NotifyWorker(store, {
    ...{ notifications: () => notificationsNow(service), env, now: () => new Date() },
    onError: (error) => app.log.error({ err: error }, 'telling of turns failed'),
  });
  telling.start();
  const heads = new HeadWorker(store, {
    signer: () => ledgerSigner({ folder: options.data }, { env, signal: new AbortController().signal }),
    everyMs: (options.treeHeadSeconds ?? 60) * 1000,
    onError: (error) => app.log.error({ err: error }, 'signing a tree head failed'),
  });
  heads.start();
  const watch = watchFor(service, (message) => app.log.error({ message }, 'watching sources failed'));
  const cleaning = setInterval(() => {
    const turnsBefore = new Date(Date.now() - (options.keepTurnsDays ?? usualTurnsDays) * 86_400_000);
    forgetOld(store, keptHours)
      .then(() => forgetTold(store, turnsBefore))
      .catch((error: unknown) => app.log.error({ err: error }, 'forgetting what is old failed'));
  }, 600_000);
  cleaning.unref();
  const bodies = new BodyKeeper(store, {
    onLost: () => judging.wake(),
    onTrouble: (error) => app.log.error({ err: error }, 'bodies outside of the database'),
  });
  bodies.start();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    clearInterval(cleaning);
    await Promise.all([bodies, watch, workers, judging, telling, heads].map((each) => each.stop()));
    await close(app, hub);
    service.findings.close();
    await ledger.close();
    await store.close();
    await tracer?.close();
  };
  return {
    url: own,
    store,
    isSetUp,
    policy: await activePolicyName(store),
    stop: () => (stopping ??= stop()),
    ...(setupUrl === undefined ? {} : { setupUrl }),
  };
}

/** Watches the sources that people have set up, beside the other servers of this store. */
function watchFor(service: Service, onTrouble: (message: string) => void): { stop(): Promise<void> } {
  const { store, ledger, hub, options, secrets } = service;
  const ending = new AbortController();
  const done = watchSources({
    store,
    ledger,
    // However names resolve by then: what was checked when a source was set up is checked at each connection.
    env: {
      ...options.env,
      PLIMSOLL_REFUSE_ADDRESSES: 'private',
      PLIMSOLL_ALLOW_ADDRESSES: options.allowAddresses.join(','),
    },
    holder: randomUUID(),
    signal: ending.signal,
    image: { cacheDirectory: options.cacheDirectory },
    directory: keptSources(store, (source) => openSecrets(secrets, source)),
    wantScan: scansByJobs(store, service.wakeJobs),
    onChange: () => hub.wake(),
    onTrouble,
  });
  return {
    async stop() {
      ending.abort();
      await done;
    },
  };
}

/** Takes no more requests and waits for the answers that are under way. Who only looks on would stay for as long as the page is open. */
async function close(app: FastifyInstance, hub: LiveHub): Promise<void> {
  const closed = app.close();
  await hub.close();
  // Browsers open connections ahead of use, and nothing is owed to those.
  const force = setTimeout(() => app.server.closeAllConnections(), patienceMs);
  await closed;
  clearTimeout(force);
}

/** @throws CodedError `address-in-use`, `address-unusable` */
async function listen(app: FastifyInstance, { host, port }: ServerOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new CodedError('address-in-use', `something else listens on ${host}:${port}`, {
        hint: `name another port with --listen ${host}:PORT; port 0 takes any that is free`,
        cause,
      });
    throw new CodedError('address-unusable', `${host}:${port} can't be listened on: ${message}`, { cause });
  }
}

function addressOf(app: FastifyInstance, { host, tls }: ServerOptions): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${tls === undefined ? 'http' : 'https'}://${name}:${port}`;
}
