import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { CodedError } from '../../model/index.ts';
import {
  personOfSession,
  type KeptPerson,
  type KeptToken,
  type Store,
  tokenOfDigest,
} from '../../server-store/index.ts';
import {
  type Permission,
  Permission as PermissionShape,
  type Role,
  rolePermissions,
  roles,
} from '../contract/index.ts';
import type { Identity } from '../service.ts';
import { cookieName, readCookie } from './cookies.ts';
import { digestOf } from './digests.ts';

export const sessionCookie = 'plimsoll_session';
export const tokenPrefix = 'plim_';
const idleMinutes = 12 * 60;
/** How long who asked stays known without looking again, in milliseconds. */
const rememberedMs = 2000;
const mostRemembered = 5000;

/** What agents may do that show a certificate. */
const agentPermissions: readonly Permission[] = ['read', 'scan', 'record.write', 'inventory.write'];

/** Tells who asks. */
export class Authenticator {
  readonly #store: Store;
  readonly #isHttps: () => boolean;
  readonly #known = new Map<string, { readonly identity: Identity | undefined; readonly until: number }>();

  readonly #nowMs: () => number;
  #generation = 0;

  constructor(store: Store, isHttps: () => boolean, nowMs = Date.now) {
    this.#store = store;
    this.#isHttps = isHttps;
    this.#nowMs = nowMs;
  }

  /** Who asks; undefined where nobody says. @throws CodedError `not-logged-in` for a token that is not good. */
  async identify(request: IncomingMessage): Promise<Identity | undefined> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const match = /^bearer +(\S+)$/i.exec(authorization);
      const identity =
        match === null ? undefined : await this.#remembered(`t${match[1]}`, () => this.#byToken(match[1]!));
      if (identity !== undefined) return identity;
      throw new CodedError('not-logged-in', 'the token is not good: unknown, expired or revoked', {
        hint: 'plimsoll login URL takes another one',
      });
    }
    const cookie = readCookie(request.headers.cookie, cookieName(sessionCookie, this.#isHttps()));
    if (cookie !== undefined) {
      const identity = await this.#remembered(`s${cookie}`, () => this.#bySession(cookie));
      if (identity !== undefined) return identity;
    }
    return byCertificate(request);
  }

  /** What was changed counts at once, here. */
  forget(): void {
    this.#generation++;
    this.#known.clear();
  }

  async #remembered(key: string, find: () => Promise<Identity | undefined>): Promise<Identity | undefined> {
    const now = this.#nowMs();
    const generation = this.#generation;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.identity;
    const identity = await find();
    if (this.#known.size >= mostRemembered) this.#known.clear();
    // What was looked up before something changed may be what it was before.
    if (generation === this.#generation) this.#known.set(key, { identity, until: now + rememberedMs });
    return identity;
  }

  async #byToken(secret: string): Promise<Identity | undefined> {
    if (!secret.startsWith(tokenPrefix)) return undefined;
    const token = await tokenOfDigest(this.#store, digestOf(secret));
    return token === undefined ? undefined : identityOfToken(token);
  }

  async #bySession(secret: string): Promise<Identity | undefined> {
    const person = await personOfSession(this.#store, digestOf(secret), idleMinutes);
    return person === undefined
      ? undefined
      : { ...identityOfPerson(person), csrf: person.csrf, expiresAt: person.expiresAt };
  }
}

/** A person who is logged in. */
export function identityOfPerson(person: KeptPerson): Identity {
  const held = rolesOf(person.roles);
  return {
    actor: { kind: 'human', name: person.name, known: person.known },
    displayName: person.displayName,
    roles: held,
    permissions: new Set(held.flatMap((role) => rolePermissions[role])),
    reach: person.teams ?? undefined,
    person: person.id,
  };
}

/** A token can do what it was made for, as far as whoever made it still may. */
function identityOfToken(token: KeptToken): Identity {
  const owners = new Set(rolesOf(token.ownerRoles).flatMap((role) => rolePermissions[role]));
  const scopes = token.scopes.flatMap((scope) => PermissionShape.safeParse(scope).data ?? []);
  return {
    actor: { kind: token.kind, name: token.name, known: `token:${token.ownerName}` },
    displayName: `${token.name} of ${token.ownerName}`,
    roles: [],
    permissions: new Set(scopes.filter((scope) => owners.has(scope))),
    reach: narrower(token.teams, token.ownerTeams),
    person: token.owner,
    expiresAt: token.expiresAt,
  };
}

function narrower(own: readonly string[] | null, owners: readonly string[] | null): readonly string[] | undefined {
  if (own === null) return owners ?? undefined;
  return owners === null ? own : own.filter((team) => owners.includes(team));
}

function rolesOf(names: readonly string[]): readonly Role[] {
  return roles.filter((role) => names.includes(role));
}

/** Why the certificate that a caller shows is not good, as `CERT_HAS_EXPIRED`; undefined where it is, or none is shown. */
export function certificateTrouble({ socket }: IncomingMessage): string | undefined {
  const { authorized, authorizationError, getPeerCertificate } = socket as TLSSocket;
  if (typeof getPeerCertificate !== 'function' || authorized) return undefined;
  const isShown = Object.keys(getPeerCertificate.call(socket) ?? {}).length > 0;
  return isShown ? String((authorizationError as unknown as { code?: string })?.code ?? authorizationError) : undefined;
}

/** An agent whose certificate an authority of ours vouches for. */
function byCertificate({ socket }: IncomingMessage): Identity | undefined {
  const tls = socket as TLSSocket;
  if (tls.authorized !== true) return undefined;
  const { subject, fingerprint256 } = tls.getPeerCertificate();
  const name = [subject?.CN].flat()[0];
  if (name === undefined || name === '') return undefined;
  return {
    actor: { kind: 'automation', name, known: `mtls:${fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase()}` },
    displayName: name,
    roles: [],
    permissions: new Set(agentPermissions),
    reach: undefined,
  };
}
