import { CodedError, type ImageRecord, type Verdict } from '../../model/index.ts';
import type { ServerClient } from './server-client.ts';

/** What a server says of a record. */
export interface ServersVerdict {
  readonly verdict: Verdict;
  /** The scopes in which it was judged. */
  readonly scopes: readonly string[];
  /** Where the image is shown. */
  readonly page: string;
}

/** Sends a record; gives the verdict of the scope that is named, else the worst. @throws CodedError `unknown-scope` */
export async function sendRecord(
  server: ServerClient,
  {
    record,
    reference,
    team,
    scope,
  }: {
    readonly record: ImageRecord;
    readonly reference: string;
    readonly team?: string | undefined;
    readonly scope?: string | undefined;
  },
): Promise<ServersVerdict> {
  const { digest } = record.image;
  await server.call('POST', '/v1/records', { record, reference, ...(team === undefined ? {} : { team }) });
  const answer = await server.call<{ items: readonly { readonly verdict: Verdict }[] }>(
    'GET',
    `/v1/images/${digest}/verdicts`,
  );
  const verdicts = answer.items.map((item) => item.verdict);
  const scopes = verdicts.map((verdict) => verdict.scope);
  const chosen = verdictIn(verdicts, scope, server.url);
  return { verdict: chosen, scopes, page: `${server.url}/images/${digest}` };
}

/** The verdict of the scope that is named, else the worst. @throws CodedError `unknown-scope` */
export function verdictIn(verdicts: readonly Verdict[], scope: string | undefined, url: string): Verdict {
  const chosen = scope === undefined ? worst(verdicts) : verdicts.find((verdict) => verdict.scope === scope);
  if (chosen !== undefined) return chosen;
  throw new CodedError('unknown-scope', `${url} does not judge this image in the scope ${scope ?? ''}`, {
    kind: 'usage',
    hint: `its scopes: ${verdicts.map((verdict) => verdict.scope).join(', ')}`,
  });
}

function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  for (const result of ['fail', 'cannot-tell'] as const) {
    const found = verdicts.find((verdict) => verdict.result === result);
    if (found !== undefined) return found;
  }
  return verdicts[0];
}
