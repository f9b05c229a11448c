import { imagesSpokenOf, readVexText } from '../../flows/vex/index.ts';
import {
  getVex,
  imageOfDigest,
  inTransaction,
  isImageReached,
  keepVex,
  type KeptVex,
  listVex,
  removeVex,
  type Store,
} from '../../server-store/index.ts';
import type { Vex, VexDetail } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { eventBy, type Identity, reachesTeam, type Service, teamFor } from '../service.ts';
import { known, pageWith } from './shapes.ts';

const mostStatements = 1000;
const mostImages = 200;

type Names = 'listVex' | 'getVex' | 'sendVex' | 'removeVex';

export function vexHandlers(service: Service): Pick<Handlers, Names> {
  const { store, now } = service;
  return {
    async listVex({ query, identity }) {
      const { cursor, ...rest } = query;
      const page = await listVex(store, {
        ...rest,
        reach: identity.reach,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      return pageWith(page, vexOf);
    },
    async getVex({ params, identity }) {
      const found = await getVex(store, params.id, identity.reach);
      if (found === undefined) throw noVex(params.id);
      return detailOf(store, found, identity.reach);
    },
    async sendVex({ body, identity, from }) {
      const { name, text, why } = body;
      const team = teamFor(identity, body.team);
      const image = body.image === undefined ? undefined : await imageFor(service, identity, body.image);
      const { statements, complaints, digest, authors } = readVexText(text, name);
      const sent = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const outcome = await keepVex(inner, {
          ...{ name, text, digest, authors, why, statements: statements.length, now: now() },
          ...{ image: image ?? null, team: team ?? null, sentBy: identity.actor.name },
        });
        const { kept, isNew, replaced } = outcome;
        if (isNew) {
          const details = { vex: kept.id, name, digest, team, statements: kept.statements, replaced: replaced?.digest };
          await appendToLedger([
            eventBy(identity, from, { action: 'vex.send', subject: subjectOf(kept), why, details }),
          ]);
        }
        return outcome;
      });
      // Verdicts rest on it before whoever sent it reads them.
      if (sent.isNew) await service.judgeAgainNow();
      service.hub.wake();
      return {
        ...vexOf(sent.kept),
        isNew: sent.isNew,
        ...(sent.replaced === undefined ? {} : { replaced: sent.replaced.digest }),
        complaints: [...complaints],
      };
    },
    async removeVex({ params, query, identity, from }) {
      const found = await getVex(store, params.id, identity.reach);
      if (found === undefined || !reachesTeam(identity, found.team)) throw noVex(params.id);
      await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const removed = await removeVex(inner, { id: params.id, by: identity.actor.name, now: now() });
        if (removed === undefined) throw noVex(params.id);
        const details = {
          vex: removed.id,
          name: removed.name,
          digest: removed.digest,
          team: removed.team ?? undefined,
        };
        const subject = subjectOf(removed);
        await appendToLedger([eventBy(identity, from, { action: 'vex.remove', subject, why: query.why, details })]);
      });
      await service.judgeAgainNow();
      service.hub.wake();
      return undefined;
    },
  };
}

/** What a document says, and of which images that may be read by whoever asks. */
async function detailOf(
  store: Store,
  found: KeptVex & { readonly text: string },
  reach: Identity['reach'],
): Promise<VexDetail> {
  const { text, name, image, team } = found;
  const { statements, complaints } = readVexText(text, name);
  const images = await imagesSpokenOf(store, { statements, image, team, reach });
  return {
    ...vexOf(found),
    ...{ text, complaints: [...complaints], touches: images.length },
    says: statements.slice(0, mostStatements).map(({ products, vulnerabilities, ...rest }) => ({
      ...rest,
      vulnerabilities: [...vulnerabilities],
      products: products.map(({ id, subcomponents }) => ({ id, packages: [...subcomponents] })),
    })),
    images: images
      .map((each) => ({ digest: each.image, name: each.name }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, mostImages),
  };
}

/** The image that somebody means, perhaps by another digest of it; one that is not known yet is taken at its word. */
async function imageFor({ store }: Service, identity: Identity, digest: string): Promise<string> {
  const image = (await imageOfDigest(store, digest)) ?? digest;
  const isKnown = await isImageReached(store, image, undefined);
  if (isKnown && !(await isImageReached(store, image, identity.reach))) throw notFound(`image ${digest}`);
  return image;
}

function subjectOf({ image, name }: KeptVex): { readonly kind: string; readonly name: string } {
  return image === null ? { kind: 'vex', name } : { kind: 'image', name: image };
}

function noVex(id: string): Error {
  return notFound(`VEX document ${id.slice(0, 100)}`, 'plimsoll vex list names those that there are');
}

function vexOf({ id, name, digest, image, team, statements, authors, why, sentBy, sentAt }: KeptVex): Vex {
  return {
    ...{ id, name, digest, statements, authors: [...authors], why, sentBy, sentAt },
    ...known({ image, team }),
  } as Vex;
}
