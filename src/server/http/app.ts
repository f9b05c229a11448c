import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type * as z from 'zod';
import { CodedError } from '../../model/index.ts';
import { badCursor } from '../../server-store/index.ts';
import { type Route, type RouteName, routes } from '../contract/index.ts';
import { AnswerText, etagOf } from '../answers/answer-text.ts';
import { makeHandlers } from '../handlers/index.ts';
import { type Authenticator, certificateTrouble } from '../identity/authenticate.ts';
import { isSame } from '../identity/digests.ts';
import type { Identity, Service } from '../service.ts';
import { type Asked, sent } from './handler.ts';
import { withIdempotency } from './idempotency.ts';
import { addOpenRoutes } from './open-routes.ts';
import { inOurWords, isByCursor, methodsAt, nulIn, refuseNoRequest } from './odd-requests.ts';
import { notFound, problemOf, RequestError, statusOf } from './problems.ts';
import { RateLimit } from './rate-limits.ts';
import { Refusals } from './refusals.ts';
import { securityHeaders } from './security-headers.ts';
import type { Span } from '../tracing/index.ts';
import { readTraceparent } from '../tracing/trace-context.ts';
import { encodingFor, StaticFiles } from './static-files.ts';
import { StoreRoom } from './store-room.ts';

const mebibyte = 1 << 20;
/** When what can't be done now may be asked again. */
const retryAfterSeconds: Readonly<Record<number, string>> = { 429: '1', 503: '2', 507: '30' };
const nobody: Identity = {
  actor: { kind: 'automation', name: 'nobody', known: 'nothing' },
  displayName: 'nobody',
  roles: [],
  permissions: new Set(),
  reach: [],
};

/** The HTTP side of the server: every route of the contract, checked, answered, counted. */
export function makeApp(service: Service, authenticator: Authenticator): FastifyInstance {
  const { options } = service;
  const app = fastify({
    logger: options.logLevel === 'silent' ? false : { level: options.logLevel, stream: process.stderr },
    // One line for each request that failed, none for each that did not: counts are in the metrics.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: mebibyte,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1024 },
    requestTimeout: 300_000,
    clientErrorHandler: (error, socket) => refuseNoRequest(error, socket),
    frameworkErrors: (error, request, reply) => refuse(inOurWords(error, mebibyte), request, reply),
    ...(options.tls === undefined
      ? {}
      : {
          https: {
            cert: options.tls.cert,
            key: options.tls.key,
            minVersion: 'TLSv1.2',
            ...(options.tls.clientAuthorities === undefined
              ? {}
              : { ca: options.tls.clientAuthorities, requestCert: true, rejectUnauthorized: false }),
          },
        }),
  }) as unknown as FastifyInstance;
  acceptBodies(app);
  const room = new StoreRoom(options.databaseUrl === undefined ? options.data : undefined);
  addHooks(app, service);
  addErrors(app, room, new Refusals(service.ledger));
  const limits = {
    usual: new RateLimit({ perSecond: options.requestsPerSecond, burst: options.requestsPerSecond * 2 }),
    // Guessing at log-ins and tokens is slowed down by address.
    logIn: new RateLimit({ perSecond: 1, burst: 30 }),
  };
  const handlers = makeHandlers(service, authenticator);
  for (const name of Object.keys(routes) as RouteName[])
    addRoute(app, {
      name,
      route: routes[name],
      service,
      authenticator,
      limits,
      room,
      handler: handlers[name] as never,
    });
  addOpenRoutes(app, service, room);
  addPages(app, new StaticFiles(options.web));
  return app;
}

interface RouteSetting {
  readonly name: RouteName;
  readonly route: Route;
  readonly service: Service;
  readonly authenticator: Authenticator;
  readonly limits: Readonly<Record<'usual' | 'logIn', RateLimit>>;
  readonly room: StoreRoom;
  readonly handler: (asked: Asked<Route>) => Promise<unknown>;
}

function addRoute(app: FastifyInstance, setting: RouteSetting): void {
  const { route } = setting;
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    bodyLimit: route.bodyLimitBytes ?? mebibyte,
    // Who may not has nothing of what they send read.
    onRequest: (request) => admit(setting, request),
    handler: (request, reply) => answer(setting, request, reply),
  });
}

/** Who asks, where that is known. */
const spans = new WeakMap<FastifyRequest, Span>();
const admitted = new WeakMap<FastifyRequest, Identity | undefined>();

async function admit(setting: RouteSetting, request: FastifyRequest): Promise<void> {
  const { route, service, limits } = setting;
  if (route.permission === 'public' && route.tag === 'session' && route.path !== '/v1/session')
    limits.logIn.take(request.ip, Date.now());
  const identity = await identify(request, setting);
  admitted.set(request, identity);
  permit(route, identity, request);
  if (!['GET', 'HEAD'].includes(route.method)) checkOrigin(request, identity, service, route);
  // An upload is a file, whatever it is said to be: it is looked at by whoever takes it.
  if (route.rawBody === 'application/octet-stream') request.raw.headers['content-type'] = route.rawBody;
}

async function answer(setting: RouteSetting, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { route, service, room, handler } = setting;
  const identity = admitted.get(request);
  const asked = {
    params: parse(route.params, request.params, 'address'),
    query: parse(route.query, request.query, 'query'),
    body: route.rawBody === undefined ? parse(route.body, request.body, 'body', route.foreign) : undefined,
    identity: identity ?? nobody,
    from: request.ip,
    request,
    reply,
  } as unknown as Asked<Route>;
  const span = spans.get(request);
  // What reads a body has left what was around the request: it is entered again.
  const run = (): Promise<unknown> =>
    span === undefined ? handler(asked) : service.tracer!.within(span, () => handler(asked));
  const key = request.headers['idempotency-key'];
  const value =
    route.idempotent === true && typeof key === 'string' && identity !== undefined
      ? await withIdempotency(service.store, { identity, key, route, request, reply }, run)
      : await run();
  if (value === sent) return reply;
  if (request.method !== 'GET') room.kept();
  const status = route.status ?? 200;
  if (reply.statusCode === 200) reply.code(status);
  if (value === undefined) return reply.send();
  if (typeof value === 'string' && route.answerType !== undefined) return reply.type(route.answerType).send(value);
  return sendJson(request, reply, value);
}

/** Who asks. @throws CodedError `not-logged-in` for what is no good, unless the route is for anyone. */
async function identify(
  request: FastifyRequest,
  { route, authenticator, limits }: Pick<RouteSetting, 'route' | 'authenticator' | 'limits'>,
): Promise<Identity | undefined> {
  let identity: Identity | undefined;
  try {
    identity = await authenticator.identify(request.raw);
  } catch (error) {
    limits.logIn.take(request.ip, Date.now());
    if (route.permission !== 'public') throw error;
  }
  limits.usual.take(identity === undefined ? request.ip : `${identity.actor.known} ${identity.actor.name}`, Date.now());
  return identity;
}

/** Whether they may: the permission of the route, which every route has. */
function permit(route: Route, identity: Identity | undefined, request: FastifyRequest): void {
  if (route.permission === 'public') return;
  const trouble = identity === undefined ? certificateTrouble(request.raw) : undefined;
  if (trouble !== undefined)
    throw new CodedError('not-logged-in', `the certificate is not good: ${trouble}`, {
      hint: 'it has to hold now, and come from an authority in --client-ca',
    });
  if (identity === undefined)
    throw new CodedError('not-logged-in', 'nobody is logged in', { hint: 'log in at /, or send a token' });
  if (route.permission !== 'session' && !identity.permissions.has(route.permission))
    throw new CodedError('forbidden', `${identity.displayName} lacks the permission ${route.permission}`, {
      hint: 'who administers this server gives roles; tokens have what they were made with',
    });
}

/** A browser sends cookies for any page that asks: what changes something needs a word that only our own page knows. */
function checkOrigin(request: FastifyRequest, identity: Identity | undefined, service: Service, route: Route): void {
  const { origin } = request.headers;
  if (typeof origin === 'string' && origin !== 'null' && URL.canParse(origin)) {
    const own = [new URL(service.publicUrl()).host, request.headers.host];
    if (!own.includes(new URL(origin).host))
      throw new CodedError('origin-refused', `a page of ${new URL(origin).host} may not change anything here`);
  } else if (origin === 'null')
    throw new CodedError('origin-refused', 'a page of nowhere may not change anything here');
  if (identity?.csrf === undefined || route.permission === 'public') return;
  const given = request.headers['x-csrf-token'];
  if (typeof given !== 'string' || !isSame(given, identity.csrf))
    throw new CodedError('csrf-failed', 'the request does not show that it comes from our own page', {
      hint: 'send the csrfToken of GET /v1/me as x-csrf-token',
    });
}

function parse(schema: z.ZodType | undefined, value: unknown, what: string, foreign: readonly string[] = []): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) {
    const nul = nulIn(parsed.data, foreign);
    if (nul === undefined) return parsed.data;
    const where = [what, ...nul].join('.');
    throw new RequestError(`${where} has the character U+0000, which nothing here may have`, [
      { where, what: 'has the character U+0000' },
    ]);
  }
  const errors = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ where: [what, ...path].join('.'), what: message }));
  throw new RequestError(`the ${what} is not of the asked form: ${errors[0]!.where}: ${errors[0]!.what}`, errors);
}

/** JSON with an ETag: who has it already is told so in a few bytes. */
function sendJson(request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply {
  reply
    .type('application/json; charset=utf-8')
    .header('cache-control', 'private, no-cache')
    .header('vary', 'cookie, authorization');
  const text = value instanceof AnswerText ? value.body : typeof value === 'string' ? value : JSON.stringify(value);
  if (request.method === 'GET' || request.method === 'HEAD') {
    const own = reply.getHeader('etag') as string | undefined;
    const etag = own ?? (value instanceof AnswerText ? value.etag : etagOf(text));
    reply.header('etag', etag);
    const known = request.headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
    if (known?.some((each) => each === etag || each === '*') === true) return reply.code(304).send();
  }
  return reply.send(text);
}

function acceptBodies(app: FastifyInstance): void {
  app.removeContentTypeParser(['text/plain']);
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
  // What registries send of themselves; two names of the same form.
  for (const version of ['v1', 'v2'])
    app.addContentTypeParser(
      `application/vnd.docker.distribution.events.${version}+json`,
      { parseAs: 'buffer' },
      (_, body, done) => done(null, body),
    );
  // Uploads are read by their handler, piece by piece.
  app.addContentTypeParser('application/octet-stream', (_, payload, done) => done(null, payload));
}

function addHooks(app: FastifyInstance, service: Service): void {
  const headers = securityHeaders(
    service.options.tls !== undefined || service.options.publicUrl?.startsWith('https:') === true,
  );
  const { tracer } = service;
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers);
    if (tracer === undefined) return done();
    const route = request.routeOptions.url;
    const span = tracer.start(route === undefined ? request.method : `${request.method} ${route}`, {
      kind: 'server',
      parent: readTraceparent(request.headers['traceparent']),
      attributes: {
        'http.request.method': request.method,
        'url.path': request.url.split('?', 1)[0]!,
        ...(route === undefined ? {} : { 'http.route': route }),
      },
    });
    spans.set(request, span);
    tracer.within(span, done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const span = spans.get(request);
    span?.set({ 'http.response.status_code': reply.statusCode });
    span?.end(reply.statusCode >= 500 ? `it answers ${reply.statusCode}` : undefined);
    service.metrics.requests.observe(
      { route, method: request.method, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    done();
  });
}

function addErrors(app: FastifyInstance, room: StoreRoom, refusals: Refusals): void {
  app.setErrorHandler(async (cause, request, reply) => {
    const known = inOurWords(cause, request.routeOptions.bodyLimit ?? mebibyte);
    const error = isByCursor(cause, request.query) ? badCursor() : known;
    // That the ledger can't be written to makes no refusal an admission.
    await refusals
      .note(error, request, admitted.get(request))
      .catch((cause: unknown) => request.log.error({ err: cause }, 'a refusal is not in the ledger'));
    const status = statusOf(error);
    room.failed(error);
    if (status >= 500) request.log.error({ err: error, path: request.url.split('?', 1)[0] }, 'request failed');
    const waitSeconds = retryAfterSeconds[status];
    if (waitSeconds !== undefined) reply.header('retry-after', waitSeconds);
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    return refuse(error, request, reply);
  });
}

/** A problem as the answer. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(statusOf(error))
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(error, request.id)));
}

/** The dashboard's files; what is below /v1 and not there is a problem, not a page. */
function addPages(app: FastifyInstance, files: StaticFiles): void {
  app.setNotFoundHandler((request, reply) => {
    const address = request.url.split('?', 1)[0]!;
    const isPage = request.method === 'GET' || request.method === 'HEAD';
    const file = isPage && !address.startsWith('/v1/') ? files.find(address) : undefined;
    if (file === undefined) {
      const methods = methodsAt(address);
      if (methods !== undefined) {
        const message = `${request.method} is no method of ${address}`;
        const hint = `its methods are ${methods.join(', ')}`;
        reply.header('allow', methods.join(', '));
        return refuse(new CodedError('method-not-allowed', message, { kind: 'usage', hint }), request, reply);
      }
      const isUnbuilt = isPage && address === '/' && !files.isThere;
      const what = isUnbuilt ? 'dashboard: it is not built' : address;
      return refuse(notFound(what, '/openapi.json says what is'), request, reply);
    }
    reply
      .header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
      .header('etag', file.etag)
      .header('vary', 'accept-encoding');
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
    const encoding = encodingFor(request.headers['accept-encoding']);
    if (encoding !== 'identity') reply.header('content-encoding', encoding);
    return reply.code(200).type(file.type).send(file.bodies[encoding]);
  });
}
