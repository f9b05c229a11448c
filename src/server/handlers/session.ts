import { existsSync } from 'node:fs';
import path from 'node:path';
import { administrator } from '../../flows/log-in/index.ts';
import {
  addSession,
  endSession,
  inTransaction,
  isRoleHeld,
  type KeptPerson,
  useSetupLink,
  type Work,
} from '../../server-store/index.ts';
import { CodedError } from '../../model/index.ts';
import type { Me } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { sent } from '../http/handler.ts';
import { type Authenticator, identityOfPerson, sessionCookie } from '../identity/authenticate.ts';
import { cookieName, cookieText, readCookie } from '../identity/cookies.ts';
import { digestOf, newSecret } from '../identity/digests.ts';
import { eventBy, type Identity, type Service } from '../service.ts';

type Names = 'getLogIn' | 'startOidc' | 'finishOidc' | 'setup' | 'finishSetup' | 'logOut' | 'getMe';

const sessionHours = 7 * 24;
const browserCookie = 'plimsoll_log_in';

export function sessionHandlers(service: Service, authenticator: Authenticator): Pick<Handlers, Names> {
  const { store, now, oidc } = service;
  const { web } = service.options;
  const hasPages = web !== undefined && existsSync(path.join(web, 'index.html'));
  const isHttps = (): boolean => service.publicUrl().startsWith('https:');

  /** A new session for each log-in: what a browser held before it is worth nothing after it. */
  async function logIn(
    { store: inner, appendToLedger }: Work,
    person: KeptPerson,
    from: string,
  ): Promise<{ cookie: string; identity: Identity }> {
    const secret = newSecret();
    const csrf = newSecret();
    const expiresAt = new Date(now().getTime() + sessionHours * 3_600_000);
    await addSession(inner, { digest: digestOf(secret), person: person.id, csrf, expiresAt });
    const identity = { ...identityOfPerson(person), csrf, expiresAt: expiresAt.toISOString() };
    const subject = { kind: 'person', name: person.name };
    const details = { displayName: person.displayName, roles: person.roles };
    await appendToLedger([eventBy(identity, from, { action: 'session.start', subject, details })]);
    const cookie = cookieText(sessionCookie, secret, { isHttps: isHttps(), maxAgeSeconds: sessionHours * 3600 });
    return { cookie, identity };
  }

  return {
    async getLogIn({ identity }) {
      return {
        loggedIn: identity.person !== undefined,
        setup: !(await isRoleHeld(store, 'admin')),
        providers: oidc === undefined ? [] : [{ name: new URL(oidc.issuer).host, startUrl: '/v1/session/oidc/start' }],
      };
    },
    async startOidc({ query, reply }) {
      if (oidc === undefined) throw noProvider();
      const browser = newSecret();
      const address = await oidc.start(browser, localPath(query.to));
      const cookie = cookieText(browserCookie, browser, { isHttps: isHttps(), maxAgeSeconds: 600 });
      await reply.code(302).headers({ location: address, 'set-cookie': cookie, 'cache-control': 'no-store' }).send();
      return sent;
    },
    async finishOidc({ request, reply, from }) {
      if (oidc === undefined) throw noProvider();
      const browser = readCookie(request.headers.cookie, cookieName(browserCookie, isHttps()));
      const parameters = new URLSearchParams(request.url.split('?')[1] ?? '');
      if (browser === undefined) throw new CodedError('log-in-failed', 'this browser has begun no log-in');
      const { person, backTo } = await oidc.finish(browser, parameters);
      if (person.disabled) throw new CodedError('forbidden', `${person.displayName} may not log in here any more`);
      const { cookie } = await inTransaction(store, (work) => logIn(work, person, from));
      const gone = cookieText(browserCookie, '', { isHttps: isHttps(), maxAgeSeconds: 0 });
      await reply
        .code(302)
        .headers({ location: backTo, 'cache-control': 'no-store' })
        .header('set-cookie', [cookie, gone])
        .send();
      return sent;
    },
    async setup({ request, reply }) {
      const given = new URLSearchParams(request.url.split('?')[1] ?? '').get('secret') ?? '';
      const secret = /^[\w-]{1,256}$/.test(given) ? given : '';
      reply.header('cache-control', 'no-store');
      // Either has a button, so that no program that only looks at addresses uses the link up. Behind # it is sent nowhere.
      if (hasPages) await reply.code(302).header('location', `/log-in#link=${secret}`).send();
      else await reply.type('text/html; charset=utf-8').send(setupPage(secret));
      return sent;
    },
    async finishSetup({ body, request, reply, from }) {
      // A link is used up by a log-in that is there and in the ledger, or it is still good.
      const { cookie, identity } = await inTransaction(store, async (work) => {
        if (!(await useSetupLink(work.store, digestOf(body.secret))))
          throw new CodedError('log-in-failed', 'this link was used, replaced by a newer one, or is older than a day', {
            hint: "make a new one on the server's machine: plimsoll login link",
          });
        return logIn(work, await administrator(work.store), from);
      });
      authenticator.forget();
      reply.header('set-cookie', cookie).header('cache-control', 'no-store');
      if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
        await reply.code(303).header('location', '/').send();
        return sent;
      }
      return meOf(identity);
    },
    async logOut({ request, reply, identity, from }) {
      const cookie = readCookie(request.headers.cookie, cookieName(sessionCookie, isHttps()));
      const subject = { kind: 'person', name: identity.actor.name };
      await inTransaction(store, async ({ store: inner, appendToLedger }) => {
        if (cookie !== undefined) await endSession(inner, digestOf(cookie));
        await appendToLedger([eventBy(identity, from, { action: 'session.end', subject })]);
      });
      authenticator.forget();
      reply.header('set-cookie', cookieText(sessionCookie, '', { isHttps: isHttps(), maxAgeSeconds: 0 }));
      return undefined;
    },
    getMe: ({ identity }) => Promise.resolve(meOf(identity)),
  };
}

function meOf({ actor, displayName, roles, permissions, reach, csrf, expiresAt }: Identity): Me {
  return {
    actor,
    displayName,
    roles: [...roles],
    permissions: [...permissions],
    ...(reach === undefined ? {} : { teams: [...reach] }),
    ...(csrf === undefined ? {} : { csrfToken: csrf }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** Back to a view of ours after the log-in, never to another server. */
function localPath(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(to) ? to : '/';
}

function noProvider(): CodedError {
  return new CodedError('not-found', 'no provider of log-ins is set up', { hint: 'plimsoll serve --oidc-issuer' });
}

function setupPage(secret: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Plimsoll: log in</title><h1>Plimsoll</h1>
<p>This logs you in as the administrator, once.</p>
<form method="post" action="/v1/session/setup"><input type="hidden" name="secret" value="${secret}"><button>Log in</button></form></html>`;
}
