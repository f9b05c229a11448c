import { createHash } from 'node:crypto';
import { parseWaivers } from '../../policy/index.ts';
import { activePolicy, checkWaivers } from '../../flows/keep-image/index.ts';
import { CodedError } from '../../model/index.ts';
import {
  allWaivers,
  decideWaiver,
  inTransaction,
  requestWaiver,
  tellLive,
  type WaiverRow,
} from '../../server-store/index.ts';
import type { Waiver } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { eventBy, type Identity, type Service } from '../service.ts';
import { reachImage } from './images.ts';
import { known, pageWith } from './shapes.ts';

type Names = 'listWaivers' | 'requestWaiver' | 'approveWaiver' | 'refuseWaiver' | 'withdrawWaiver';
type Decision = 'approved' | 'refused' | 'withdrawn';

const actions = { approved: 'waiver.approve', refused: 'waiver.refuse', withdrawn: 'waiver.withdraw' } as const;

export function waiverHandlers(service: Service): Pick<Handlers, Names> {
  const { store, now } = service;
  const decide = async (
    {
      params,
      body,
      identity,
      from,
    }: { params: { id: string }; body: { why: string }; identity: Identity; from: string },
    state: Decision,
  ): Promise<Waiver> => {
    const row = await reachWaiver(service, identity, params.id);
    // Two pairs of eyes: nobody approves what they asked for.
    if (state === 'approved' && askedFor(row, identity))
      throw new CodedError('forbidden', 'nobody approves their own request', { hint: 'somebody else has to' });
    if (state === 'withdrawn' && !askedFor(row, identity) && !identity.permissions.has('waiver.decide'))
      throw new CodedError('forbidden', 'who asked for it may withdraw it, or who decides on waivers');
    await inTransaction(store, async ({ store: inner, appendToLedger }) => {
      await decideWaiver(inner, { id: row.id, state, by: identity.actor.name, why: body.why, now: now() });
      const subject = { kind: 'waiver', name: row.id };
      const details = { ...whatIsWaived(row.text), image: row.image ?? undefined, requestedBy: row.requestedBy };
      await appendToLedger([eventBy(identity, from, { action: actions[state], subject, why: body.why, details })]);
    });
    if (state !== 'refused') await service.judgeAgainNow();
    // Told when verdicts rest on it: who looks on then reads these.
    await tell(service, row, state);
    service.hub.wake();
    return waiverOf(await reachWaiver(service, identity, row.id), identity);
  };
  return {
    async listWaivers({ query, identity }) {
      const { cursor, ...rest } = query;
      const page = await allWaivers(store, {
        ...rest,
        reach: identity.reach,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      const { items, ...next } = pageWith(page, (row) => waiverOf(row, identity));
      return { items: await Promise.all(items), ...next };
    },
    async requestWaiver({ body, identity, from }) {
      const { text, reason, image, finding } = body;
      if (image !== undefined) await reachImage(service, identity, image);
      else if (identity.reach !== undefined)
        throw new CodedError('forbidden', 'a waiver for no image in particular is not for one team to ask', {
          hint: 'name the image',
        });
      const waivers = await parseWaivers(text, 'the waiver');
      const only = waivers[0];
      if (only === undefined || waivers.length > 1)
        throw new CodedError('invalid-policy', `a request holds one waiver, this one ${waivers.length}`, {
          kind: 'usage',
        });
      checkWaivers((await activePolicy(store, now())).policy, waivers);
      // The last day on which it holds is included.
      const expiresAt =
        only.expires === undefined ? undefined : new Date(Date.parse(`${only.expires}T00:00:00Z`) + 86_400_000);
      await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        await requestWaiver(inner, {
          ...{ id: only.id, text, reason, owner: only.owner, requestedBy: identity.actor.name, now: now() },
          requestedPerson: identity.person,
          ...(expiresAt === undefined ? {} : { expiresAt }),
          ...(image === undefined ? {} : { image }),
          ...(finding === undefined ? {} : { finding }),
        });
        const subject = { kind: 'waiver', name: only.id };
        const details = { ...whatIsWaived(text), image, finding, owner: only.owner, expires: only.expires };
        await appendToLedger([eventBy(identity, from, { action: 'waiver.request', subject, why: reason, details })]);
      });
      const asked = await reachWaiver(service, identity, only.id);
      await tell(service, asked, 'requested');
      return waiverOf(asked, identity);
    },
    approveWaiver: (asked) => decide(asked, 'approved'),
    refuseWaiver: (asked) => decide(asked, 'refused'),
    withdrawWaiver: (asked) => decide(asked, 'withdrawn'),
  };
}

/** Whether it is the same person, by whatever token or log-in; a certificate is known by its name alone. */
function askedFor({ requestedBy, requestedPerson }: WaiverRow, { actor, person }: Identity): boolean {
  return requestedBy === actor.name || (requestedPerson !== null && requestedPerson === person);
}

/** Binds the entry to the very text that was asked for or decided on: the text itself lies where it can be changed. */
function whatIsWaived(text: string): { readonly textDigest: string } {
  return { textDigest: `sha256:${createHash('sha256').update(text).digest('hex')}` };
}

/** Whoever reaches the image hears of it. */
async function tell({ store, now }: Service, { id, team }: WaiverRow, state: Decision | 'requested'): Promise<void> {
  await tellLive(store, [{ team, body: { kind: 'waiver', at: now().toISOString(), waiver: id, state } }]);
}

async function reachWaiver({ store }: Service, { reach }: Identity, id: string): Promise<WaiverRow> {
  const row = (await allWaivers(store, { id, reach, limit: 1 })).items[0];
  if (row === undefined) throw notFound(`waiver ${id}`);
  return row;
}

async function waiverOf(row: WaiverRow, identity: Identity): Promise<Waiver> {
  const { id, text, owner, reason, requestedBy, requestedAt, covers, image, finding, decidedBy, decidedAt, decision } =
    row;
  // One that the format of an older version took may be refused by now: it is shown all the same.
  const said = await parseWaivers(text, 'waiver').then(
    ([waiver]) => waiver,
    () => undefined,
  );
  const about = { rule: said?.rule, finding: said?.finding, package: said?.package, path: said?.path };
  return {
    ...{ id, text, owner, reason, requestedBy, requestedAt, covers, isYours: askedFor(row, identity) },
    about: known({ ...about, scope: said?.scope }),
    state: row.isExpired ? 'expired' : row.state,
    ...known({ image, finding, decidedBy, decidedAt, decision, expires: row.expiresAt, imageName: row.imageName }),
  } as Waiver;
}
