import { Readable } from 'node:stream';
import { exportLedger, type ExportFormat, ledgerSigner, proveLedger } from '../../flows/ledger/index.ts';
import { engine } from '../../flows/engine.ts';
import { findEntries } from '../../server-store/index.ts';
import { CodedError } from '../../model/index.ts';
import type { Handlers } from '../http/handler.ts';
import { sent } from '../http/handler.ts';
import { eventBy, type Service } from '../service.ts';

type Names = 'listLedger' | 'verifyLedger' | 'exportLedger';

export function ledgerHandlers(service: Service): Pick<Handlers, Names> {
  const { store, options, now } = service;
  const signer = () =>
    ledgerSigner({ folder: options.data }, { env: options.env, signal: new AbortController().signal });
  return {
    async listLedger({ query, identity }) {
      const { limit, cursor, sequence, actorKind, actor, action, subject, since, until } = query;
      const page = await findEntries(store, {
        limit,
        about: identity.reach === undefined ? undefined : { teams: identity.reach, actor: identity.actor.name },
        ...(cursor === undefined ? {} : { after: cursor }),
        ...(sequence === undefined ? {} : { sequence }),
        ...(actorKind === undefined ? {} : { actorKind }),
        ...(actor === undefined ? {} : { actorName: actor }),
        ...(action === undefined ? {} : { action }),
        ...(subject === undefined ? {} : { subjectName: subject }),
        ...(since === undefined ? {} : { since: new Date(since) }),
        ...(until === undefined ? {} : { until: new Date(until) }),
      });
      return {
        items: page.items.map(({ entry, hash }) => ({ ...entry, hash })) as never,
        ...(page.next === undefined ? {} : { next: page.next }),
      };
    },
    async verifyLedger({ query }) {
      const proof = await proveLedger(store, await signer(), query);
      return { ...proof, checkedAt: now().toISOString() };
    },
    async exportLedger({ query, identity, from, reply }) {
      if (identity.reach !== undefined)
        throw new CodedError('forbidden', 'the whole ledger is not for one team to export', {
          hint: 'GET /v1/ledger lists what is about your teams',
        });
      const subject = { kind: 'ledger', name: 'export' };
      await service.ledger.append(
        eventBy(identity, from, {
          action: 'ledger.export',
          subject,
          details: { format: query.format, after: query.after },
        }),
      );
      const stop = new AbortController();
      const own = await signer();
      const stream = Readable.from(
        linesOf((take) =>
          exportLedger(
            store,
            { take },
            {
              format: query.format as ExportFormat,
              after: query.after,
              version: engine.replace('plimsoll ', ''),
              signal: stop.signal,
              ...(own === undefined ? {} : { signer: own }),
            },
          ),
        ),
      );
      stream.once('close', () => stop.abort());
      reply
        .type('application/x-ndjson')
        .header(
          'content-disposition',
          `attachment; filename="plimsoll-ledger.${query.format === 'cef' ? 'cef' : 'jsonl'}"`,
        );
      await reply.send(stream);
      return sent;
    },
  };
}

/** What is handed to a sink, as it is asked for: the writer waits for the reader. */
async function* linesOf(
  run: (take: (part: { readonly text: string }) => Promise<void>) => Promise<unknown>,
): AsyncGenerator<string> {
  const parts: string[] = [];
  let wakeReader: () => void = () => undefined;
  let wakeWriter: () => void = () => undefined;
  let ended: { readonly error?: unknown } | undefined;
  void run(async ({ text }) => {
    parts.push(text);
    wakeReader();
    await new Promise<void>((resolve) => (wakeWriter = resolve));
  }).then(
    () => ((ended = {}), wakeReader()),
    (error: unknown) => ((ended = { error }), wakeReader()),
  );
  for (;;) {
    const part = parts.shift();
    if (part !== undefined) {
      yield part;
      wakeWriter();
      continue;
    }
    if (ended !== undefined) {
      if ('error' in ended) throw ended.error;
      return;
    }
    await new Promise<void>((resolve) => (wakeReader = resolve));
  }
}
