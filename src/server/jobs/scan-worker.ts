import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { trustInForce } from '../../flows/evidence/index.ts';
import { activePolicy, keepImage } from '../../flows/keep-image/index.ts';
import { scanInProcess } from '../../flows/scan-job/index.ts';
import { CodedError } from '../../model/index.ts';
import {
  claimScanJob,
  endScanJob,
  inTransaction,
  type NameInUse,
  nameInUse,
  renewScanJob,
  returnScanJob,
  type ScanJob,
  type Store,
  tellLive,
} from '../../server-store/index.ts';
import { jobOf } from '../handlers/shapes.ts';
import type { Service } from '../service.ts';
import { traced } from '../tracing/index.ts';
import { accessBy } from '../sources/source-access.ts';

const leaseSeconds = 15;
const renewMs = 1000;
/** A job that took its worker with it so often is not begun again. */
const mostTries = 3;
const timeoutMs = 30 * 60_000;

class JobLost extends Error {}

/**
 * Does the scans that wait, so many at once. What a server that went away has begun, whoever looks next begins again: a job is kept
 * with its record in one transaction, by the worker that holds it then, so that none is done twice.
 */
export class ScanWorkers {
  readonly #service: Service;
  readonly #worker = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  readonly #running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isStopping = false;

  constructor(service: Service) {
    this.#service = service;
  }

  start(): void {
    if (this.#service.options.scans === 0) return;
    this.#timer = setInterval(() => this.wake(), 1000);
    this.wake();
  }

  /** Looks for work now. */
  wake(): void {
    if (this.#isLooking || this.#isStopping) return;
    this.#isLooking = true;
    void this.#look()
      // A database that has gone is asked again at the next turn.
      .catch(() => undefined)
      .finally(() => (this.#isLooking = false));
  }

  /** Gives back what is not done, so that others go on with it at once. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort(new CodedError('stopping', 'the server is stopping'));
    await Promise.all(running.map(({ done }) => done));
  }

  async #look(): Promise<void> {
    const { options, store, metrics } = this.#service;
    while (!this.#isStopping && this.#running.size < options.scans) {
      const job = await claimScanJob(store, { worker: this.#worker, leaseSeconds });
      if (job === undefined) return;
      const stop = new AbortController();
      const key = `${job.id} ${job.tries}`;
      const attributes = { 'plimsoll.job': job.id, 'plimsoll.reference': job.reference, 'plimsoll.tries': job.tries };
      const done = traced(this.#service.tracer, 'scan', { kind: 'consumer', attributes }, () => this.#do(job, stop))
        .catch(() => undefined)
        .finally(() => {
          this.#running.delete(key);
          metrics.running.set(this.#running.size);
          this.wake();
        });
      this.#running.set(key, { stop, done });
      metrics.running.set(this.#running.size);
    }
  }

  async #do(job: ScanJob, stop: AbortController): Promise<void> {
    const { store, metrics, hub, now } = this.#service;
    const mine = { id: job.id, tries: job.tries, worker: this.#worker };
    let progress: ScanJob['progress'] = job.progress;
    let told = '';
    const renew = async (): Promise<void> => {
      const answer = await renewScanJob(store, mine, { progress, leaseSeconds }).catch(() => 'go-on' as const);
      if (answer === 'lost') stop.abort(new JobLost());
      if (answer === 'cancel') stop.abort(new CodedError('scan-cancelled', 'the scan was cancelled'));
      const text = JSON.stringify(progress);
      if (answer === 'go-on' && text !== told) await this.#tell({ ...job, progress }).catch(() => undefined);
      told = text;
    };
    const timer = setInterval(() => void renew(), renewMs);
    const seconds = metrics.scanSeconds.startTimer();
    try {
      if (job.tries > mostTries)
        throw new CodedError('scan-failed', `${mostTries} servers that began this scan went away meanwhile`);
      if (job.cancelAsked) throw new CodedError('scan-cancelled', 'the scan was cancelled');
      const { options } = this.#service;
      const trust = await trustInForce(store, options.bases);
      const { record, found } = await traced(this.#service.tracer, 'open and catalogue', {}, async () =>
        scanInProcess({
          access: job.source === null ? undefined : await accessBy(this.#service, job.source),
          ...{ reference: job.reference, platform: job.platform ?? undefined, timeoutMs, signal: stop.signal },
          ...{ program: options.program, database: options.database, cacheDirectory: options.cacheDirectory },
          ...{ bases: options.bases, allowAddresses: options.allowAddresses, env: options.env },
          trust: trust === undefined ? undefined : { ...trust.kept, sigstoreFile: trust.root.sigstoreFile },
          onProgress: (next) => void (progress = next),
        }),
      );
      progress = { stage: 'keeping', doneBytes: progress.doneBytes };
      await traced(this.#service.tracer, 'judge and keep', {}, async () =>
        keepImage(store, {
          ...{ record, trust, found },
          reference: job.reference,
          calledThere: await nameInstead(store, job.reference, record.image.digest),
          team: job.team ?? undefined,
          policy: await activePolicy(store, now()),
          actor: job.requestedBy,
          from: 'scan job',
          now: now(),
          askedDigest: digestAskedFor(job.reference),
          async alongside(inner) {
            const ended = await endScanJob(inner, mine, { state: 'done', image: record.image.digest });
            if (ended === undefined) throw new JobLost();
            await tellLive(inner, [{ team: job.team, body: { kind: 'job', at: ended.endedAt!, job: jobOf(ended) } }]);
          },
        }),
      );
      metrics.scans.inc({ result: 'done' });
    } catch (error) {
      await this.#failed(job, mine, error);
    } finally {
      clearInterval(timer);
      seconds();
      hub.wake();
    }
  }

  async #failed(job: ScanJob, mine: Parameters<typeof endScanJob>[1], error: unknown): Promise<void> {
    if (error instanceof JobLost) return;
    const { store, metrics } = this.#service;
    const coded =
      error instanceof CodedError ? error : new CodedError('scan-failed', (error as Error).message ?? String(error));
    if (coded.code === 'stopping') return returnScanJob(store, mine);
    // The scan may have gone well and the database not: then the job waits for whoever can keep it.
    if (coded.code === 'store-unreachable') return;
    const state = coded.code === 'scan-cancelled' ? 'cancelled' : 'failed';
    const { code, message, hint } = coded;
    await inTransaction(store, async ({ store: inner, appendToLedger }) => {
      const ended = await endScanJob(inner, mine, {
        state,
        error: { code, message, ...(hint === undefined ? {} : { hint }) },
      });
      if (ended === undefined) return;
      await tellLive(inner, [{ team: job.team, body: { kind: 'job', at: ended.endedAt!, job: jobOf(ended) } }]);
      await appendToLedger([
        {
          actor: job.requestedBy,
          action: `scan.${state === 'failed' ? 'fail' : 'end'}`,
          subject: { kind: 'reference', name: job.reference },
          from: 'scan job',
          why: `${message} (${code})`.slice(0, 4000),
          details: { job: job.id },
        },
      ]);
    });
    metrics.scans.inc({ result: state });
  }

  async #tell(job: ScanJob): Promise<void> {
    const { store, now } = this.#service;
    await tellLive(store, [{ team: job.team, body: { kind: 'job', at: now().toISOString(), job: jobOf(job) } }]);
  }
}

/** The digest by which a registry was asked: what it gave was checked against it. */
function digestAskedFor(reference: string): string | undefined {
  return reference.startsWith('docker:') ? undefined : /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
}

/**
 * What people call an image that was asked for by nothing but its digest (`docker:sha256:…`, `registry:shop/cart@sha256:…`), as what
 * runs is: policies and waivers go by names.
 */
async function nameInstead(store: Store, reference: string, digest: string): Promise<NameInUse | undefined> {
  const asked = /(?:^docker:|@)(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
  if (asked === undefined || /:\w[\w.-]{0,127}@sha256:[0-9a-f]{64}$/.test(reference)) return undefined;
  const found = await nameInUse(store, [asked, digest]);
  // A registry's tag may lead elsewhere by now: that is for the registry to say.
  return found && { ...found, isCurrent: found.isCurrent && reference.startsWith('docker:') };
}
