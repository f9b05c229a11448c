import type { FastifyRequest } from 'fastify';
import type { LedgerEvent } from '../../ledger/index.ts';
import { CodedError } from '../../model/index.ts';
import type { Identity, Service } from '../service.ts';

/** Of one caller the ledger hears once in so long, with the number of those between. */
const everyMs = 60_000;
/** Of all callers together: whoever guesses from many addresses can't fill the ledger. */
const mostPerMinute = 60;
const mostCallers = 10_000;

const accessCodes = new Set(['forbidden', 'csrf-failed', 'origin-refused']);

/**
 * Tells the ledger of log-ins, tokens and requests that were refused. The first of a caller is there before the answer is; what
 * follows within a minute is counted, and the number is told with the next.
 */
export class Refusals {
  readonly #ledger: Service['ledger'];
  readonly #nowMs: () => number;
  readonly #callers = new Map<string, { readonly toldMs: number; more: number }>();
  #minute = { beganMs: 0, told: 0 };
  /** Of callers who are forgotten, and of those for whom there was no room. */
  #untold = 0;

  constructor(ledger: Service['ledger'], nowMs: () => number = Date.now) {
    this.#ledger = ledger;
    this.#nowMs = nowMs;
  }

  async note(error: unknown, request: FastifyRequest, identity: Identity | undefined): Promise<void> {
    const event = eventOf(error, request, identity);
    if (event === undefined) return;
    const nowMs = this.#nowMs();
    if (nowMs - this.#minute.beganMs >= everyMs) {
      this.#minute = { beganMs: nowMs, told: 0 };
      this.#forget(nowMs);
    }
    const caller = `${event.action} ${identity === undefined ? request.ip : `${event.actor.known} ${event.actor.name}`}`;
    const known = this.#callers.get(caller);
    if (known !== undefined && nowMs - known.toldMs < everyMs) return void known.more++;
    if (this.#minute.told >= mostPerMinute || this.#callers.size >= mostCallers) return void this.#untold++;
    this.#minute.told++;
    const more = known?.more ?? 0;
    const others = this.#untold;
    this.#untold = 0;
    this.#callers.set(caller, { toldMs: nowMs, more: 0 });
    const details = { ...event.details, ...(more > 0 ? { more } : {}), ...(others > 0 ? { others } : {}) };
    await this.#ledger.append({ ...event, details });
  }

  #forget(nowMs: number): void {
    for (const [caller, { toldMs, more }] of this.#callers)
      if (nowMs - toldMs >= 10 * everyMs) {
        this.#untold += more;
        this.#callers.delete(caller);
      }
  }
}

function eventOf(error: unknown, request: FastifyRequest, identity: Identity | undefined): LedgerEvent | undefined {
  if (!(error instanceof CodedError)) return undefined;
  const { code, message } = error;
  const subject = { kind: 'route', name: `${request.method} ${request.routeOptions.url ?? '?'}` };
  const about = { subject, from: request.ip, why: message.slice(0, 1000), details: { code } };
  const isLogIn = code === 'log-in-failed';
  // Who sends nothing to be known by has not tried to log in.
  if (isLogIn || (code === 'not-logged-in' && request.headers.authorization !== undefined)) {
    const actor = { kind: isLogIn ? 'human' : 'automation', name: 'unknown', known: 'nothing: refused' } as const;
    return { ...about, actor, action: 'session.refuse' };
  }
  if (identity === undefined || !accessCodes.has(code)) return undefined;
  return { ...about, actor: identity.actor, action: 'access.refuse' };
}
