import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../../model/index.ts';
import { asOne, keepAnswer, type Store, takeKey } from '../../server-store/index.ts';
import type { Route } from '../contract/index.ts';
import type { Identity } from '../service.ts';

/**
 * Does what a request asks once, however often it comes with the same key: then the first answer is given again. What it does and
 * its answer are kept in one transaction: after a crash in the middle neither is there, and the key is free. What failed may be tried
 * again under its key.
 */
export async function withIdempotency(
  store: Store,
  {
    identity,
    key,
    route,
    request,
    reply,
  }: {
    readonly identity: Identity;
    readonly key: string;
    readonly route: Route;
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
  },
  run: () => Promise<unknown>,
): Promise<unknown> {
  if (key.length > 256) throw new CodedError('key-reused', 'an Idempotency-Key has at most 256 characters');
  const who = { identity: `${identity.actor.known} ${identity.actor.name}`, key };
  const text = `${request.method} ${request.url}\n${JSON.stringify(request.body)}`;
  return asOne(store, async ({ store: inner }) => {
    const earlier = await takeKey(inner, { ...who, request: Buffer.from(hash('sha256', text, 'hex'), 'hex') });
    switch (earlier.kind) {
      case 'other':
        throw new CodedError('key-reused', `the Idempotency-Key ${key} was used for another request`, {
          kind: 'usage',
        });
      case 'running':
        throw new CodedError('key-in-use', `a request with the Idempotency-Key ${key} is still being answered`, {
          hint: 'ask again in a moment',
        });
      case 'answered':
        reply.code(earlier.status).header('idempotency-replayed', 'true');
        return earlier.body;
      case 'new':
        break;
    }
    const body = JSON.stringify(await run());
    await keepAnswer(inner, { ...who, status: route.status ?? 200, body });
    return body;
  });
}
