import { CodedError } from '../../model/index.ts';
import {
  addToken,
  changePerson,
  getPerson,
  isRoleHeld,
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
import { eventBy, type Identity, type Service } from '../service.ts';
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
      const made = await addToken(store, {
        digest: digestOf(secret),
        prefix: secret.slice(0, 10),
        name: body.name,
        kind: 'automation',
        owner: identity.person,
        scopes: body.scopes,
        teams: body.teams ?? null,
        expiresAt,
      });
      await service.ledger.append(
        eventBy(identity, from, {
          action: 'token.make',
          subject: { kind: 'token', name: made.name },
          details: { id: made.id, scopes: body.scopes, teams: body.teams, expiresAt: made.expiresAt },
        }),
      );
      return { ...tokenOf(made), secret };
    },
    async revokeToken({ params, identity, from }) {
      const name = idShape.test(params.id) ? await revokeToken(store, params.id, ownerFor(identity)) : undefined;
      if (name === undefined) throw notFound(`token ${params.id}`);
      authenticator.forget();
      const subject = { kind: 'token', name };
      await service.ledger.append(
        eventBy(identity, from, { action: 'token.revoke', subject, details: { id: params.id } }),
      );
      return undefined;
    },
    async listPeople({ query }) {
      const { limit, cursor } = query;
      return pageWith(await listPeople(store, { limit, ...(cursor === undefined ? {} : { after: cursor }) }), personOf);
    },
    async changePerson({ params, body, identity, from }) {
      const before = idShape.test(params.id) ? await getPerson(store, params.id) : undefined;
      if (before === undefined) throw notFound(`person ${params.id}`);
      const after = (await changePerson(store, params.id, body))!;
      if (before.roles.includes('admin') && !(await isRoleHeld(store, 'admin'))) {
        await changePerson(store, params.id, { roles: before.roles, teams: before.teams, disabled: before.disabled });
        throw new CodedError('last-admin', `${before.displayName} is the last administrator`, {
          hint: 'make somebody else one first',
        });
      }
      authenticator.forget();
      await service.ledger.append(
        eventBy(identity, from, {
          action: 'person.change',
          subject: { kind: 'person', name: after.name },
          details: { roles: after.roles, teams: after.teams, disabled: after.disabled, rolesBefore: before.roles },
        }),
      );
      return personOf(after);
    },
  };
}

/** Who administers people sees everybody's tokens. */
function ownerFor({ permissions, person }: Identity): string | undefined {
  return permissions.has('people.write') ? undefined : (person ?? '00000000-0000-0000-0000-000000000000');
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
