import { checkScanReference } from '../../flows/scan-job/index.ts';
import { trustInForce } from '../../flows/evidence/index.ts';
import { activePolicy, checkRecord, keepImage } from '../../flows/keep-image/index.ts';
import { CodedError } from '../../model/index.ts';
import {
  addScanJob,
  cancelScanJob,
  countWaitingJobs,
  currentVerdicts,
  getScanJob,
  inTransaction,
  listScanJobs,
  listSources,
  tellLive,
  type ScanJob,
} from '../../server-store/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { eventBy, type Identity, reachesTeam, type Service, teamFor } from '../service.ts';
import { jobOf, pageWith } from './shapes.ts';

type Names = 'requestScan' | 'listScans' | 'getScan' | 'cancelScan' | 'putRecord';

const mostWaiting = 10_000;
const idShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function scanHandlers(service: Service): Pick<Handlers, Names> {
  const { store, now } = service;
  return {
    async requestScan({ body, identity, from }) {
      checkScanReference(body.reference);
      const team = teamFor(identity, body.team);
      if ((await countWaitingJobs(store)) >= mostWaiting)
        throw new CodedError('too-many-jobs', `${mostWaiting} scans wait already`, { hint: 'ask again later' });
      const { reference, platform } = body;
      const source = body.source === undefined ? undefined : await sourceNamed(service, identity, body.source);
      const job = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const added = await addScanJob(inner, { reference, platform, team, source, actor: identity.actor });
        await tellLive(inner, [{ team, body: { kind: 'job', at: added.requestedAt, job: jobOf(added) } }]);
        const subject = { kind: 'reference', name: reference };
        await appendToLedger([
          eventBy(identity, from, { action: 'scan.request', subject, details: { job: added.id } }),
        ]);
        return added;
      });
      service.wakeJobs();
      return jobOf(job);
    },
    async listScans({ query, identity }) {
      const { cursor, limit, state } = query;
      const page = await listScanJobs(store, {
        limit,
        state,
        teams: identity.reach,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      return pageWith(page, jobOf);
    },
    async getScan({ params, identity }) {
      return jobOf(await reachJob(service, identity, params.id));
    },
    async cancelScan({ params, identity, from }) {
      await reachJob(service, identity, params.id);
      const job = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const changed = (await cancelScanJob(inner, params.id))!;
        await tellLive(inner, [
          { team: changed.team, body: { kind: 'job', at: now().toISOString(), job: jobOf(changed) } },
        ]);
        const subject = { kind: 'reference', name: changed.reference };
        await appendToLedger([
          eventBy(identity, from, { action: 'scan.cancel', subject, details: { job: changed.id } }),
        ]);
        return changed;
      });
      service.wakeJobs();
      return jobOf(job);
    },
    async putRecord({ body, identity, from }) {
      const record = await checkRecord(body.record);
      const { isNew } = await keepImage(store, {
        record,
        seen: await service.findings.asJudged(record),
        reference: body.reference,
        team: teamFor(identity, body.team),
        policy: await activePolicy(store, now()),
        trust: await trustInForce(store, service.options.bases),
        actor: identity.actor,
        from,
        now: now(),
      });
      service.hub.wake();
      // It was judged without what the store keeps to judge by; that is made in the background.
      service.judgeAgain();
      const verdicts = await currentVerdicts(store, record.image.digest);
      return {
        image: record.image.digest,
        isNew,
        verdicts: verdicts.map(({ scope, result, since, judgedAt, verdict }) => ({
          ...{ scope, result, since, judgedAt },
          policy: { ...verdict.policy },
          violations: verdict.violations.length,
        })),
      };
    },
  };
}

async function reachJob({ store }: Service, identity: Identity, id: string): Promise<ScanJob> {
  const job = idShape.test(id) ? await getScanJob(store, id) : undefined;
  if (job === undefined || !reachesTeam(identity, job.team)) throw notFound(`scan ${id}`);
  return job;
}

/** The id of a source by whose log-in somebody wants an image scanned. @throws CodedError `not-found` */
async function sourceNamed({ store }: Service, identity: Identity, name: string): Promise<string> {
  const source = (await listSources(store)).find((each) => each.name === name && reachesTeam(identity, each.team));
  if (source === undefined) throw notFound(`source ${name}`, 'plimsoll sources list names those that there are');
  return source.id;
}
