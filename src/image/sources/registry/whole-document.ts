import type { RegistryClient } from './client.ts';
import { readBody, TransferError } from './http.ts';

export interface WholeRequest {
  readonly limit: number;
  readonly what: string;
  readonly accept: string;
  readonly signal: AbortSignal;
  /** Where there is none: undefined, and no error. */
  readonly mayBeMissing?: boolean;
}

export interface WholeDocument {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<'docker-content-digest' | 'content-type', string | undefined>>;
}

/** A small document: not taken up where it broke off but read anew. */
export async function readWhole(
  client: RegistryClient,
  path: string,
  { limit, what, accept, signal, mayBeMissing }: WholeRequest,
): Promise<WholeDocument | undefined> {
  const tries = client.tries(signal);
  const takes = mayBeMissing === true ? [200, 404] : [200];
  for (;;) {
    const answer = await client.send(path, { method: 'GET', headers: { accept }, takes, signal, tries });
    if (answer.status === 404) {
      answer.discard();
      return undefined;
    }
    try {
      return { bytes: await readBody(answer, limit, what), headers: headersOf(answer.headers) };
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      await tries.again(`${error.message} in the middle of ${what}`);
    }
  }
}

function headersOf(headers: NodeJS.Dict<string | string[]>): WholeDocument['headers'] {
  const one = (name: string): string | undefined =>
    typeof headers[name] === 'string' ? headers[name] : headers[name]?.[0];
  return { 'docker-content-digest': one('docker-content-digest'), 'content-type': one('content-type') };
}
