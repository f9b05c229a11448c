import { type ActivePolicy, activePolicy } from '../../flows/keep-image/index.ts';
import { simulatePolicy } from '../../flows/simulate/index.ts';
import { CodedError } from '../../model/index.ts';
import { parsePolicy, policyDigest, preparePolicy } from '../../policy/index.ts';
import {
  documentHistory,
  type DocumentVersion,
  inTransaction,
  listDocuments,
  readDocument,
  tellLive,
  writeDocument,
} from '../../server-store/index.ts';
import type { PolicySummary } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { eventBy, forEveryTeam, type Service } from '../service.ts';
import { basedOnOf } from './based-on.ts';
import { placedErrors } from './placed-errors.ts';
import { known } from './shapes.ts';

type Names = 'listPolicies' | 'getPolicy' | 'listPolicyVersions' | 'putPolicy' | 'checkPolicy' | 'simulatePolicy';

const nameShape = /^[a-z0-9][a-z0-9._-]{0,127}$/;

export function policyHandlers(service: Service): Pick<Handlers, Names> {
  const { store, now } = service;
  return {
    async listPolicies() {
      const active = await activePolicy(store, now());
      return {
        items: await Promise.all((await listDocuments(store, 'policy')).map((each) => summaryOf(each, active))),
      };
    },
    async getPolicy({ params, query, reply }) {
      const found = await readDocument(store, 'policy', params.name, query.version);
      if (found === undefined) throw notFound(`policy ${params.name}`);
      reply.header('etag', `"${found.version}"`);
      return { ...(await summaryOf(found, await activePolicy(store, now()))), text: found.text };
    },
    async listPolicyVersions({ params }) {
      const versions = await documentHistory(store, 'policy', params.name);
      if (versions.length === 0) throw notFound(`policy ${params.name}`);
      const active = await activePolicy(store, now());
      return { items: await Promise.all(versions.map((each) => summaryOf(each, active))) };
    },
    async putPolicy({ params, body, identity, from, request, reply }) {
      const { name } = params;
      forEveryTeam(identity, 'a policy judges');
      if (!nameShape.test(name))
        throw new CodedError('invalid-policy', `a policy can't be called ${name.slice(0, 100)}`, {
          kind: 'usage',
          hint: 'small letters, digits, . _ and -',
        });
      const { policy } = await parsePolicy(body.text, `policy ${name}`);
      if (policy.name !== name)
        throw new CodedError('invalid-policy', `the text calls itself ${policy.name}, not ${name}`, { kind: 'usage' });
      await preparePolicy(policy);
      const before = await readDocument(store, 'policy', name);
      const basedOn = basedOnOf(`policy ${name}`, request.headers['if-match'], before);
      const written = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const next = {
          kind: 'policy',
          name,
          text: body.text,
          writtenBy: identity.actor.name,
          why: body.why,
          basedOn,
        } as const;
        const document = await writeDocument(inner, next);
        const { version, digest } = document;
        await tellLive(inner, [{ body: { kind: 'policy', at: now().toISOString(), policy: name, version } }]);
        // Verdicts carry the digest of what the text says, not of the text.
        const details = { version, digest, policyDigest: policyDigest(policy), before: before?.digest };
        const subject = { kind: 'policy', name };
        await appendToLedger([eventBy(identity, from, { action: 'policy.change', subject, why: body.why, details })]);
        return document;
      });
      service.judgeAgain();
      reply.header('etag', `"${written.version}"`);
      return { ...(await summaryOf(written, await activePolicy(store, now()))), text: written.text };
    },
    async checkPolicy({ body }) {
      try {
        const { policy } = await parsePolicy(body.text, 'policy');
        await preparePolicy(policy);
        return { errors: [], scopes: ['default', ...policy.scopes.map(({ name }) => name)] };
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        return { errors: placedErrors(error, 'policy'), scopes: [] };
      }
    },
    async simulatePolicy({ body, identity }) {
      const { policy } = await parsePolicy(body.text, 'policy');
      return simulatePolicy(store, {
        policy,
        sinceDays: body.sinceDays,
        reach: identity.reach,
        databasePath: service.options.database,
        bases: service.options.bases,
        now: now(),
      }) as never;
    },
  };
}

function judgedAs({ prepared, policy }: ActivePolicy): PolicySummary['judgedAs'] {
  return { digest: prepared.digest, waivers: policy.waivers.length };
}

/** What the list says of a version; its digest is the one that verdicts by it carry. */
async function summaryOf(document: DocumentVersion, active: ActivePolicy): Promise<PolicySummary> {
  const { name, version, writtenBy, writtenAt, why, text } = document;
  const isActive = name === active.name && document.digest === active.documentDigest;
  const policy = await parsePolicy(text, `policy ${name}`).then(
    (parsed) => parsed.policy,
    () => undefined,
  );
  // In force a policy has the waivers that were approved, too.
  const inForce = isActive ? active.policy : policy;
  return {
    ...{ name, version, writtenBy, writtenAt },
    digest: inForce === undefined ? document.digest : policyDigest(inForce),
    scopes: ['default', ...(policy?.scopes ?? []).map((scope) => scope.name)],
    active: name === active.name,
    ...known({ why, judgedAs: isActive ? judgedAs(active) : undefined }),
  } as PolicySummary;
}
