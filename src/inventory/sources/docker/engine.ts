import type { IncomingMessage } from 'node:http';
import { askEngine, type EngineAddress, engineAt, findEngine, readAnswer } from '../../../image/asking.ts';
import { CodedError } from '../../../model/index.ts';
import { guardOf } from '../../../network/index.ts';
import { badAnswer, parseAnswer, textAt } from '../../members.ts';
import type { SourceSettings, WatchContext } from '../../source.ts';

/** Questions to one engine. */
export interface Engine {
  readonly label: string;
  /** An answer as values; undefined for 404. @throws CodedError `engine-unreachable`, `bad-source-answer`, `too-large` */
  ask(path: string, limitBytes?: number): Promise<unknown>;
  /** The stream of events. */
  follow(path: string): Promise<IncomingMessage>;
}

const answerLimitBytes = 8 << 20;

/** The engine that a source's settings lead to. @throws CodedError */
export function openEngine(
  settings: SourceSettings,
  context: Pick<WatchContext, 'env' | 'signal' | 'stallTimeoutMs'>,
): Engine {
  const address = addressOf(settings, context.env);
  let ready: Promise<EngineAddress> | undefined;
  const reached = (): Promise<EngineAddress> => (ready ??= guarded(address, settings, context.env));
  const { signal, stallTimeoutMs } = context;
  return {
    label: address.label,
    async ask(path, limitBytes = answerLimitBytes) {
      // The whole answer has as long as it may be silent, four times: an engine that drips is one that hangs.
      const patience = AbortSignal.any([signal, AbortSignal.timeout(stallTimeoutMs * 4)]);
      try {
        const answer = await askEngine(await reached(), path, { signal: patience, stallTimeoutMs });
        const body = await readAnswer(address, answer.body, limitBytes);
        if (answer.status === 404) return undefined;
        const what = `the answer of ${address.label} to ${path.split('?', 1)[0]!}`;
        if (answer.status === 200) return parseAnswer(body, what);
        throw badAnswer(`${address.label} answers ${answer.status} to ${path.split('?', 1)[0]!}${saidIn(body)}`);
      } catch (error) {
        throw asCoded(error, address.label, signal);
      }
    },
    async follow(path) {
      try {
        // Silence is normal there; whether the engine still lives is asked beside it.
        const answer = await askEngine(await reached(), path, { signal, stallTimeoutMs: 0 });
        if (answer.status === 200) return answer.body;
        answer.body.destroy();
        throw badAnswer(`${address.label} answers ${answer.status} when asked for events`);
      } catch (error) {
        throw asCoded(error, address.label, signal);
      }
    },
  };
}

/** An engine elsewhere is asked only where the server's rule for addresses lets it; what this machine is set up with is its own. */
async function guarded(
  engine: EngineAddress,
  { address }: SourceSettings,
  env: WatchContext['env'],
): Promise<EngineAddress> {
  const { hostname } = engine.request;
  const guard = hostname == null || isOwnEngine(address) ? undefined : await guardOf(env);
  if (guard === undefined) return engine;
  guard.check(hostname!);
  return { ...engine, request: { ...engine.request, ...guard.options } };
}

function isOwnEngine(address: string): boolean {
  return address === 'local' || address.startsWith('context:');
}

/** @throws CodedError `bad-source-address` */
export function addressOf(settings: SourceSettings, env: WatchContext['env']): EngineAddress {
  const { address, secrets } = settings;
  const { ca, clientCertificate, clientKey } = secrets;
  if (isOwnEngine(address)) {
    const name = address === 'local' ? undefined : address.slice('context:'.length);
    const found = findEngine({
      env: name === undefined ? env : { ...env, DOCKER_HOST: '', DOCKER_CONTEXT: name },
      offline: false,
    });
    if (found !== undefined) return found;
    throw new CodedError('engine-unreachable', 'there is no Docker engine here: no socket was found', {
      hint: 'unix:///path/to/docker.sock names one',
    });
  }
  if ((clientCertificate === undefined) !== (clientKey === undefined))
    throw new CodedError('bad-source-address', `${settings.name} has a client certificate or its key, but not both`, {
      kind: 'usage',
    });
  const hasTls = ca !== undefined || clientCertificate !== undefined;
  return engineAt(address, {
    from: `the address of ${settings.name}`,
    offline: false,
    tls: () =>
      hasTls
        ? {
            ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
            ...(clientCertificate === undefined ? {} : { cert: Buffer.from(clientCertificate) }),
            ...(clientKey === undefined ? {} : { key: Buffer.from(clientKey) }),
            rejectUnauthorized: true,
          }
        : undefined,
  });
}

function saidIn(body: Buffer): string {
  try {
    const said = textAt(parseAnswer(body.subarray(0, 64 << 10), 'it'), 'message');
    return said === undefined ? '' : `: ${said.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 200)}`;
  } catch {
    return '';
  }
}

/** What broke in the middle of an answer comes as a plain error. */
function asCoded(error: unknown, label: string, signal: AbortSignal): unknown {
  if (error instanceof CodedError || signal.aborted) return error;
  const why = error instanceof Error && error.name === 'TimeoutError' ? 'it takes too long' : (error as Error).message;
  return new CodedError('engine-unreachable', `${label} does not answer: ${why}`, { cause: error });
}
