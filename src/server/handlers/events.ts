import {
  comesAfter,
  type KeptLiveEvent,
  lastLiveEvent,
  liveEventsAfter,
  type Store,
} from '../../server-store/index.ts';
import type { Handlers } from '../http/handler.ts';
import { sent } from '../http/handler.ts';
import { LedgerGrowth } from '../live/ledger-growth.ts';
import type { Identity, Service } from '../service.ts';

const heartbeatMs = 20_000;
/** What a slow reader may owe before it is cut off; it comes back with Last-Event-ID. */
const mostBehindBytes = 1 << 20;
/** Who missed more reads everything anew. */
const mostMissed = 5000;

/** What happens, as server-sent events (WHATWG HTML § 9.2). */
export function eventHandlers(service: Service): Pick<Handlers, 'getEvents'> {
  const { store, hub } = service;
  const growth = new LedgerGrowth(store);
  return {
    async getEvents({ request, reply, identity }) {
      const asked = request.headers['last-event-id'];
      // Listening begins before reading what was missed: nothing falls between, and the order of ids tells what came twice.
      const waiting: KeptLiveEvent[] = [];
      let send: (event: KeptLiveEvent) => void = (event) => void waiting.push(event);
      const unsubscribe = hub.subscribe(
        (event) => send(event),
        () => reply.raw.end(),
      );
      try {
        const missed = typeof asked === 'string' ? await missedAfter(store, asked) : { events: [], gone: false };
        const begin = typeof asked === 'string' ? undefined : await lastLiveEvent(store);
        reply.hijack();
        const { raw } = reply;
        raw.writeHead(200, {
          ...(reply.getHeaders() as Record<string, string>),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        // An id alone: who loses the connection before anything happened knows where to go on, too.
        raw.write(begin === undefined ? 'retry: 2000\n\n' : `retry: 2000\nid: ${begin}\n\n`);
        if (missed.gone)
          raw.write(`event: reset\ndata: ${JSON.stringify({ kind: 'reset', at: new Date().toISOString() })}\n\n`);
        // The hub here may be behind what was read just now, and behind the server that the reader comes from. After a reset
        // (also to a database of another life, with smaller numbers) all that comes is news.
        let told = missed.gone ? '0-0' : (begin ?? String(asked));
        const write = (event: KeptLiveEvent): void => {
          if (!comesAfter(event.id, told)) return;
          told = event.id;
          if (!isFor(event, identity)) return;
          const { kind } = event.body as { kind: string };
          raw.write(`id: ${event.id}\nevent: ${kind}\ndata: ${JSON.stringify(event.body)}\n\n`);
          if (raw.writableLength > mostBehindBytes) raw.destroy();
        };
        missed.events.forEach(write);
        waiting.forEach(write);
        send = write;
        const unsubscribeGrowth = readsWholeLedger(identity)
          ? growth.subscribe((event) => {
              // Without an id: who comes back goes on after the last event that is kept.
              raw.write(`event: ledger\ndata: ${JSON.stringify(event)}\n\n`);
            })
          : () => undefined;
        const beat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
        // Rights may be taken meanwhile: the reader has to come back and show again who it is.
        const end = setTimeout(() => raw.end(), 15 * 60_000);
        raw.once('close', () => {
          clearInterval(beat);
          clearTimeout(end);
          unsubscribeGrowth();
          unsubscribe();
        });
      } catch (error) {
        unsubscribe();
        throw error;
      }
      return sent;
    },
  };
}

async function missedAfter(store: Store, asked: string): ReturnType<typeof liveEventsAfter> {
  const missed = await liveEventsAfter(store, asked, mostMissed);
  return missed.events.length < mostMissed ? missed : { events: [], gone: true };
}

/** Events of a team's images are for those that reach the team; what goes by no team is for those that reach all, or concerns nobody's. */
function isFor({ team }: KeptLiveEvent, { reach }: Identity): boolean {
  return reach === undefined || (team !== null && reach.includes(team));
}

/** How much happens is not for those that see a part of it. */
function readsWholeLedger({ reach, permissions }: Identity): boolean {
  return reach === undefined && permissions.has('ledger.read');
}
