import { CodedError } from '../../model/index.ts';
import {
  addToken,
  changePerson,
  getPerson,
  inTransaction,
  isRoleHeld,
  lockHolders,
  type KeptPerson,
  type KeptToken,
  listPeople,
  listTokens,
  revokeToken,
} from '../../server-store/index.ts';
import { type Person, Permission, Role, type Token } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { type Authenticator, tokenPrefix } from '../identity/authenticate.ts';
import { digestOf, newSecret } from '../identity/digests.ts';
import { eventBy, forEveryTeam, type Identity, type Service } from '../service.ts';
import { known, pageWith } from './shapes.ts';

type Names = 'listTokens' | 'makeToken' | 'revokeToken' | 'listPeople' | 'changePerson';

const idShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const dayMs = 86_400_000;

export function tokenHandlers(service: Service, authenticator: Authenticator): Pick<Handlers, Names> {
  const { store, now } = service;
  return {
    async listTokens({ identity }) {
      return { items: (await listTokens(store, ownerFor(identity))).map(tokenOf) };
    },
    async makeToken({ body, identity, from }) {
      if (identity.person === undefined || identity.actor.known.startsWith('token:'))
        throw new CodedError('forbidden', 'a token is made by a person who is logged in, not by another token');
      const lacking = body.scopes.filter((scope) => !identity.permissions.has(scope));
      if (lacking.length > 0)
        throw new CodedError('forbidden', `you lack ${lacking.join(', ')} yourself: a token can't have it`);
      const beyond = (body.teams ?? []).filter(
        (team) => identity.reach !== undefined && !identity.reach.includes(team),
      );
      if (beyond.length > 0) throw new CodedError('forbidden', `you do not reach ${beyond.join(', ')}`);
      const secret = newSecret(tokenPrefix);
      const expiresAt = new Date(now().getTime() + body.expiresInDays * dayMs);
      const owner = identity.person;
      const made = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const { name, scopes, teams } = body;
        const token = await addToken(inner, {
          ...{ name, scopes, owner, expiresAt, kind: 'automation', teams: teams ?? null },
          digest: digestOf(secret),
          prefix: secret.slice(0, 10),
        });
        const details = { id: token.id, scopes, teams, expiresAt: token.expiresAt };
        const subject = { kind: 'token', name: token.name };
        await appendToLedger([eventBy(identity, from, { action: 'token.make', subject, details })]);
        return token;
      });
      return { ...tokenOf(made), secret };
    },
    async revokeToken({ params, identity, from }) {
      const { id } = params;
      await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        const name = idShape.test(id) ? await revokeToken(inner, id, ownerFor(identity)) : undefined;
        if (name === undefined) throw notFound(`token ${id}`);
        const subject = { kind: 'token', name };
        await appendToLedger([eventBy(identity, from, { action: 'token.revoke', subject, details: { id } })]);
      });
      authenticator.forget();
      return undefined;
    },
    async listPeople({ query }) {
      const { limit, cursor } = query;
      return pageWith(await listPeople(store, { limit, ...(cursor === undefined ? {} : { after: cursor }) }), personOf);
    },
    async changePerson({ params, body, identity, from }) {
      // Else who has some teams could give themselves the others.
      forEveryTeam(identity, 'people are');
      const changed = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        await lockHolders(inner, 'admin');
        const before = idShape.test(params.id) ? await getPerson(inner, params.id) : undefined;
        if (before === undefined) throw notFound(`person ${params.id}`);
        const after = (await changePerson(inner, params.id, body))!;
        if (before.roles.includes('admin') && !(await isRoleHeld(inner, 'admin')))
          throw new CodedError('last-admin', `${before.displayName} is the last administrator`, {
            hint: 'make somebody else one first',
          });
        const { roles, teams, disabled } = after;
        const was = { rolesBefore: before.roles, teamsBefore: before.teams, disabledBefore: before.disabled };
        const subject = { kind: 'person', name: after.name };
        const details = { roles, teams, disabled, ...was };
        await appendToLedger([eventBy(identity, from, { action: 'person.change', subject, details })]);
        return after;
      });
      authenticator.forget();
      return personOf(changed);
    },
  };
}

/** Who administers people of every team sees everybody's tokens. */
function ownerFor({ permissions, person, reach }: Identity): string | undefined {
  return permissions.has('people.write') && reach === undefined
    ? undefined
    : (person ?? '00000000-0000-0000-0000-000000000000');
}

function tokenOf(row: KeptToken): Token {
  const { id, name, prefix, kind, createdAt, expiresAt } = row;
  return {
    ...{ id, name, prefix, kind, createdAt, expiresAt },
    owner: row.ownerName,
    scopes: row.scopes.flatMap((scope) => Permission.safeParse(scope).data ?? []),
    ...known({ teams: row.teams, lastUsedAt: row.lastUsedAt }),
  } as Token;
}

function personOf(row: KeptPerson): Person {
  const { id, name, displayName, disabled, firstSeen } = row;
  return {
    ...{ id, name, displayName, disabled, firstSeen },
    known: row.known,
    roles: row.roles.flatMap((role) => Role.safeParse(role).data ?? []),
    ...known({ teams: row.teams, email: row.email, lastSeen: row.lastSeen }),
  } as Person;
}
