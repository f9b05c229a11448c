import {
  keptTrust,
  readSentTrust,
  sentTrustName,
  trustDocuments,
  trustInForce,
  verificationThere,
} from '../../flows/evidence/index.ts';
import { CodedError } from '../../model/index.ts';
import {
  imageOfDigest,
  inTransaction,
  listImages,
  readDocument,
  type Store,
  writeDocument,
} from '../../server-store/index.ts';
import type { Builder, Person, TrustRoot } from '../../trust/index.ts';
import type { Trust } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { eventBy, type Service } from '../service.ts';
import { basedOnOf } from './based-on.ts';
import { placedErrors } from './placed-errors.ts';
import { known } from './shapes.ts';

type Names = 'getTrust' | 'putTrust' | 'checkTrust' | 'getVerification';

export function trustHandlers(service: Service): Pick<Handlers, Names> {
  const { store, now, options } = service;
  return {
    async getTrust({ reply }) {
      const trust = await trustThere(store);
      if (trust === undefined) throw notFound('trust root', 'plimsoll trust apply FILE --why REASON writes one');
      reply.header('etag', `"${trust.version}"`);
      return trust;
    },
    async putTrust({ body, identity, from, request, reply }) {
      // Whose word counts for one team's images counts for all.
      if (identity.reach !== undefined)
        throw new CodedError(
          'forbidden',
          'the trust root is the whole organisation’s: it is not for one team to write',
        );
      const { text, why } = body;
      const { root, sigstore } = await readTrust(store, body);
      const kind = 'trust-root';
      const before = await readDocument(store, kind, trustDocuments.root);
      const basedOn = basedOnOf('trust root', request.headers['if-match'], before);
      await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const writtenBy = identity.actor.name;
        const document = await writeDocument(inner, {
          ...{ kind, text, writtenBy, why, basedOn },
          name: trustDocuments.root,
        });
        const beside = await readDocument(inner, kind, trustDocuments.sigstore);
        if ((beside?.text ?? '') !== (sigstore ?? ''))
          await writeDocument(inner, {
            ...{ kind, text: sigstore ?? '', writtenBy, why, basedOn: beside?.version ?? 0 },
            name: trustDocuments.sigstore,
          });
        const details = { version: document.version, digest: root.digest, before: before?.digest };
        const subject = { kind: 'trust-root', name: root.name };
        await appendToLedger([eventBy(identity, from, { action: 'trust.change', subject, why, details })]);
      });
      await service.judgeAgainNow();
      service.hub.wake();
      const trust = (await trustThere(store))!;
      reply.header('etag', `"${trust.version}"`);
      return trust;
    },
    async checkTrust({ body }) {
      try {
        const { root } = await readTrust(store, body);
        return { errors: [], signers: signersOf(root), sigstore: root.sigstore !== undefined };
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        return { errors: placedErrors(error, sentTrustName), signers: [], sigstore: false };
      }
    },
    async getVerification({ params, identity }) {
      const digest = (await imageOfDigest(store, params.digest)) ?? params.digest;
      const query = { reach: identity.reach, sort: '-kept', image: digest, limit: 1 } as const;
      const row = (await listImages(store, query)).items[0];
      if (row === undefined) throw notFound(`image ${digest}`, 'plimsoll scan IMAGE --server URL sends its record');
      const trust = await trustInForce(store, options.bases);
      return (await verificationThere(store, { digest, name: row.name }, { trust, now: now() })) as never;
    },
  };
}

/** What somebody sends, with the file of Sigstore that is kept where it names one and none was sent with it. */
async function readTrust(
  store: Store,
  { text, sigstore }: { readonly text: string; readonly sigstore?: string | undefined },
): Promise<{ readonly root: TrustRoot; readonly sigstore: string | undefined }> {
  const beside = sigstore ?? (await keptTrust(store))?.sigstore;
  const root = await readSentTrust(text, beside);
  return { root, sigstore: root.sigstore === undefined ? sigstore : beside };
}

async function trustThere(store: Store): Promise<Trust | undefined> {
  const kept = await keptTrust(store);
  if (kept === undefined) return undefined;
  const { version, text, sigstore, writtenBy, writtenAt, why } = kept;
  const root = await readSentTrust(text, sigstore);
  return {
    ...{ name: root.name, digest: root.digest, version, text, writtenBy, writtenAt },
    sigstore: root.sigstore !== undefined,
    signers: signersOf(root),
    ...known({ why }),
  } as Trust;
}

function signersOf({ builders, people }: TrustRoot): Trust['signers'] {
  const shape = (kind: 'builder' | 'person', entry: Builder | Person): Trust['signers'][number] => ({
    kind,
    name: entry.name,
    roles: 'roles' in entry ? [...entry.roles] : [],
    repositories: [...entry.repositories],
    keys: entry.keys.map(({ key, ...term }) => ({ id: key.id, algorithm: key.algorithm, ...term })),
    identities: entry.identities.map(({ issuer, subject, from, until, revoked }) => ({
      ...{ issuer, subject },
      ...known({ from, until, revoked }),
    })),
  });
  return [...builders.map((each) => shape('builder', each)), ...people.map((each) => shape('person', each))];
}
