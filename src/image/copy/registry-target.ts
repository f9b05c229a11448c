import type { IncomingMessage } from 'node:http';
import { CodedError, type Digest } from '../../model/index.ts';
import { isLoopback, openAgents } from '../../network/index.ts';
import { displayText } from '../oci/index.ts';
import { fullName, type ImageReference } from '../reference.ts';
import { denied, openAuthenticator } from '../sources/registry/authenticator.ts';
import { certificateFolder } from '../sources/registry/certificate-folder.ts';
import { openHttp, TransferError } from '../sources/registry/http.ts';
import type { SourceOptions } from '../sources/source.ts';
import type { BlobToPut, ImageTarget } from './image-target.ts';

const answerLimitBytes = 64 << 10;

interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: () => AsyncIterable<Uint8Array>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/**
 * A repository of a registry as a place to copy to (distribution-spec 1.1 § Push), with the log-in, proxies and
 * authorities that pulling uses. Throws `registry-denied`, `registry-unreachable`, `bad-registry-answer`.
 */
export async function registryTarget(
  reference: Pick<ImageReference, 'registry' | 'repository'>,
  options: SourceOptions,
): Promise<ImageTarget> {
  const { registry, repository } = reference;
  const label = `${registry}/${repository}`;
  if (options.offline)
    throw new CodedError('offline', `${label} lies in a registry, and --offline forbids the network`);
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const settings = {
    env: options.env,
    stallTimeoutMs: options.network?.stallTimeoutMs ?? 30_000,
    trust: certificateFolder(host, options.env),
  };
  const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
  const agents = await openAgents(settings);
  // Greeting and tokens go through the pulling client's own.
  const pulling = await openHttp({ ...settings, insecureHttp: options.insecureHttp ?? false });
  const authenticator = openAuthenticator(pulling, registry, repository, options);
  const scheme = await schemeOf();
  const base = new URL(`${scheme}://${host}/v2/${repository}/`);

  async function schemeOf(): Promise<'http' | 'https'> {
    const mayBePlain = options.insecureHttp === true || isLoopback(new URL(`https://${host}`).hostname);
    for (const each of mayBePlain ? (['https', 'http'] as const) : (['https'] as const)) {
      try {
        const answer = await pulling.send(new URL(`${each}://${host}/v2/`), { headers: {}, signal: options.signal });
        answer.discard();
        return each;
      } catch (error) {
        if (each === 'https' && mayBePlain && error instanceof TransferError) continue;
        throw unreachable(error);
      }
    }
    throw new Error('unreachable');
  }

  function unreachable(error: unknown): unknown {
    if (error instanceof CodedError || options.signal.aborted) return error;
    return new CodedError('registry-unreachable', `${label} could not be written: ${(error as Error).message}`, {
      hint: 'Is the reference right, and the registry up and reachable from here?',
      cause: error,
    });
  }

  function once(url: URL, { method, headers = {}, body }: Request): Promise<Answer> {
    const authorization = url.host === base.host ? authenticator.authorization() : undefined;
    return new Promise((resolve, reject) => {
      const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
        method,
        agent: agents.routeTo(url).agent,
        signal: options.signal,
        timeout: settings.stallTimeoutMs * 4,
        headers: { 'user-agent': 'plimsoll', ...headers, ...(authorization === undefined ? {} : { authorization }) },
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('it says nothing')));
      outgoing.on('error', (error) => reject(unreachable(error)));
      outgoing.on('response', (message) => {
        const parts: Buffer[] = [];
        let size = 0;
        message.on('data', (part: Buffer) => {
          size += part.length;
          if (size <= answerLimitBytes) parts.push(part);
          else message.destroy(new Error('its answer is too long'));
        });
        message.on('error', (error) => reject(unreachable(error)));
        message.on('end', () =>
          resolve({
            status: message.statusCode ?? 0,
            headers: message.headers,
            text: Buffer.concat(parts).toString('utf8'),
          }),
        );
      });
      if (body === undefined) return outgoing.end();
      send(body(), outgoing).catch((error: unknown) => {
        outgoing.destroy();
        reject(unreachable(error));
      });
    });
  }

  async function ask(url: URL, request: Request, accepted: readonly number[]): Promise<Answer> {
    const used = authenticator.authorization();
    let answer = await once(url, request);
    if (answer.status === 401 && url.host === base.host) {
      await authenticator.answer(answer.headers['www-authenticate'] ?? '', used, options.signal);
      answer = await once(url, request);
    }
    if (accepted.includes(answer.status)) return answer;
    if (answer.status === 401 || answer.status === 403)
      throw denied(registry, repository, { problem: authenticator.problem() }, `it answers ${answer.status} to a push`);
    throw new CodedError(
      'bad-registry-answer',
      `${label} answers ${answer.status} to ${request.method} ${displayText(url.pathname)}: ${displayText(answer.text.slice(0, 300))}`,
    );
  }

  return {
    label,
    async hasBlob(digest) {
      const { status } = await ask(new URL(`blobs/${digest}`, base), { method: 'HEAD' }, [200, 307, 302, 404]);
      return status !== 404;
    },
    async putBlob(blob: BlobToPut) {
      const begun = await ask(
        new URL('blobs/uploads/', base),
        { method: 'POST', headers: { 'content-length': '0' } },
        [202],
      );
      const place = new URL(begun.headers.location ?? '', base);
      place.searchParams.set('digest', blob.digest);
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.sizeBytes) };
      await ask(place, { method: 'PUT', headers, body: () => blob.open() }, [201, 204]);
    },
    async putManifest({ bytes, mediaType, digest }, tag) {
      const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
      const body = async function* (): AsyncIterable<Uint8Array> {
        yield bytes;
      };
      const answer = await ask(new URL(`manifests/${tag}`, base), { method: 'PUT', headers, body }, [201, 200]);
      const said = answer.headers['docker-content-digest'] as Digest | undefined;
      if (said !== undefined && said !== digest)
        throw new CodedError(
          'digest-mismatch',
          `${fullName({ ...reference, tag })} was written as ${digest}, but the registry calls it ${displayText(said)}`,
        );
    },
    close() {
      agents.close();
      pulling.close();
    },
  };
}

/** Writes as fast as the other side takes it. */
async function send(bytes: AsyncIterable<Uint8Array>, outgoing: NodeJS.WritableStream): Promise<void> {
  for await (const chunk of bytes)
    if (!outgoing.write(chunk)) await new Promise<void>((resolve) => outgoing.once('drain', resolve));
  outgoing.end();
}
