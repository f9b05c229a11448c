import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect } from 'node:net';
import { type Fields, ProtobufRefused, readFields } from '../../../formats/protobuf/index.ts';
import { CodedError } from '../../../model/index.ts';
import { failureWords } from '../../../network/index.ts';
import { badAnswer } from '../../members.ts';

const longestMessageBytes = 16 << 20;
const longestAnswerBytes = 256 << 20;

/** Calls without arguments over a socket (gRPC over HTTP/2), which is all that lists need. */
export class GrpcSocket {
  readonly label: string;
  readonly #session: ClientHttp2Session;
  readonly #signal: AbortSignal;
  readonly #timeoutMs: number;

  constructor(path: string, { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number }) {
    this.label = `containerd at unix://${path}`;
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    this.#session = connectHttp2('http://localhost', { createConnection: () => connect(path) });
    // Each call hears of it by itself.
    this.#session.on('error', () => undefined);
  }

  /** All messages that a method answers with. @throws CodedError `containerd-unreachable`, `bad-source-answer` */
  async call(method: string, namespace?: string): Promise<readonly Fields[]> {
    const bytes = await this.#send(method, namespace);
    const messages: Fields[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = bytes.length - at < 5 ? Infinity : bytes.readUInt32BE(at + 1);
      if (bytes[at] !== 0 || length > bytes.length - at - 5)
        throw badAnswer(`${this.label} answers ${method} with half a message`);
      if (length > longestMessageBytes)
        throw badAnswer(`${this.label} answers ${method} with a message of ${length} bytes`);
      messages.push(this.#read(method, bytes.subarray(at + 5, at + 5 + length)));
      at += 5 + length;
    }
    return messages;
  }

  close(): void {
    this.#session.destroy();
  }

  #read(method: string, bytes: Uint8Array): Fields {
    try {
      return readFields(bytes);
    } catch (error) {
      if (!(error instanceof ProtobufRefused)) throw error;
      throw badAnswer(`the answer of ${this.label} to ${method} ${error.message}`, error);
    }
  }

  #send(method: string, namespace: string | undefined): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted) return reject(this.#signal.reason as Error);
      if (this.#session.destroyed) return reject(this.#unreachable(new Error('the connection broke off')));
      const stream = this.#session.request({
        ':method': 'POST',
        ':path': `/${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...(namespace === undefined ? {} : { 'containerd-namespace': namespace }),
      });
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      let status: string | undefined;
      let said = '';
      const end = (error?: unknown): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', onAbort);
        if (error !== undefined) {
          stream.close();
          reject(error as Error);
        }
      };
      const timer = setTimeout(() => end(this.#unreachable(new Error('it takes too long'))), this.#timeoutMs);
      const onAbort = (): void => end(this.#signal.reason);
      this.#signal.addEventListener('abort', onAbort, { once: true });
      const onHeaders = (headers: Readonly<Record<string, unknown>>): void => {
        if (typeof headers['grpc-status'] !== 'string') return;
        status = headers['grpc-status'];
        said = typeof headers['grpc-message'] === 'string' ? headers['grpc-message'].slice(0, 300) : '';
      };
      stream.on('response', onHeaders);
      stream.on('trailers', onHeaders);
      stream.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length;
        if (sizeBytes > longestAnswerBytes) return end(badAnswer(`${this.label} answers ${method} without end`));
        chunks.push(chunk);
      });
      stream.on('error', (cause) => end(this.#unreachable(cause)));
      stream.on('close', () => {
        if (status === '0') {
          end();
          return resolve(Buffer.concat(chunks));
        }
        end(
          status === undefined
            ? this.#unreachable(new Error('the connection broke off'))
            : badAnswer(`${this.label} answers ${method} with status ${status.slice(0, 8)}: ${said}`),
        );
      });
      // No arguments: an empty message.
      stream.end(Buffer.alloc(5));
    });
  }

  #unreachable(cause: unknown): CodedError {
    return new CodedError('containerd-unreachable', `${this.label} does not answer: ${failureWords(cause)}`, {
      hint: 'Is it running, and may this user use its socket?',
      cause,
    });
  }
}
