import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with a request on its way to a registry. */
export type Mishap =
  /** The connection ends when so many bytes of the body have reached the registry. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The registry does its work, and its answer is lost. */
  | { readonly kind: 'deaf' }
  /** The way itself answers so. */
  | { readonly kind: 'status'; readonly status: number };

/** A way to a registry on which things go wrong. */
export interface UnsteadyRegistry {
  readonly address: string;
  /** `PATCH 16777216 → 202`: requests that write, in order. */
  readonly writes: readonly string[];
  stop(): Promise<void>;
}

/** Puts itself before a registry. @param mishap decides by method and how many of that method came before. */
export async function startUnsteadyRegistry(
  registry: string,
  mishap: (method: string, before: number) => Mishap | undefined,
): Promise<UnsteadyRegistry> {
  const writes: string[] = [];
  const seen = new Map<string, number>();
  const server = createServer((incoming, response) => {
    const method = incoming.method ?? '';
    const before = seen.get(method) ?? 0;
    seen.set(method, before + 1);
    pass(incoming, response, { registry, mishap: mishap(method, before), note: (text) => writes.push(text) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    writes,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Passing {
  readonly registry: string;
  readonly mishap: Mishap | undefined;
  note(text: string): void;
}

function pass(incoming: IncomingMessage, response: ServerResponse, { registry, mishap, note }: Passing): void {
  const { method = '', url = '', headers } = incoming;
  const isWrite = ['POST', 'PATCH', 'PUT'].includes(method);
  const told = `${method} ${headers['content-length'] ?? 0}`;
  if (mishap?.kind === 'status') {
    incoming.resume();
    incoming.on('end', () => {
      note(`${told} → ${mishap.status}`);
      response.writeHead(mishap.status).end();
    });
    return;
  }
  const [host, port] = registry.split(':') as [string, string];
  const outgoing = request({ host, port, method, path: url, headers }, (answer) => {
    const status = answer.statusCode ?? 0;
    if (isWrite) note(mishap === undefined ? `${told} → ${status}` : `${told} → nothing`);
    if (mishap !== undefined) {
      answer.resume();
      answer.on('end', () => response.destroy());
      return;
    }
    response.writeHead(status, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => incoming.destroy());
  let passedBytes = 0;
  incoming.on('data', (piece: Buffer) => {
    if (mishap?.kind === 'cut' && passedBytes + piece.length > mishap.afterBytes) {
      note(`${told} → cut`);
      outgoing.destroy();
      incoming.destroy();
      return;
    }
    passedBytes += piece.length;
    outgoing.write(piece);
  });
  incoming.on('end', () => outgoing.end());
  incoming.on('error', () => outgoing.destroy());
}
