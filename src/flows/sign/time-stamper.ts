import { createHash, randomBytes } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Witness } from '@sigstore/sign';
import { derChildren, derContent, derElement } from '../../formats/asn1/index.ts';
import { openAgents } from '../../network/index.ts';

interface StamperOptions {
  readonly url: URL;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

const largestReply = 64 << 10;

/** Has signatures stamped by any stamper that speaks RFC 3161 over HTTP (§ 3.4): its address is taken as it is. */
export function timeStamper(options: StamperOptions): Witness {
  return {
    async testify(content) {
      const signature =
        content.$case === 'dsseEnvelope' ? content.dsseEnvelope.signatures[0]!.sig : content.messageSignature.signature;
      const signedTimestamp = await stampOf(signature, options);
      return { rfc3161Timestamps: [{ signedTimestamp }] };
    },
  };
}

async function stampOf(signature: Uint8Array, options: StamperOptions): Promise<Buffer> {
  const { url } = options;
  const { status, body } = await post(timeStampQuery(signature), options);
  if (status !== 200 && status !== 201) throw new Error(`${url.href} answered ${status}`);
  const [info, token] = derChildren(derElement(body) ?? nothing(url));
  const granted = info === undefined ? undefined : derChildren(info)[0];
  // PKIStatus: granted, or granted with changes (§ 2.4.2).
  const code =
    granted === undefined ? -1 : Number(`0x0${Buffer.from(derContent(granted)).toString('hex').slice(0, 8)}`);
  if (code !== 0 && code !== 1) throw new Error(`${url.href} refused to stamp it (PKIStatus ${code})`);
  if (token === undefined) nothing(url);
  return body;
}

function nothing(url: URL): never {
  throw new Error(`${url.href} answered with no time stamp`);
}

const sha256Algorithm = Buffer.from('300d06096086480165030402010500', 'hex');

/** TimeStampReq (§ 2.4.1): version 1, the signature's SHA-256, a nonce, no certificates. */
function timeStampQuery(signature: Uint8Array): Buffer {
  const digest = createHash('sha256').update(signature).digest();
  const nonce = randomBytes(8);
  // A positive number without needless zeros before it.
  nonce[0] = (nonce[0]! & 0x7f) | 0x40;
  const imprint = der(0x30, sha256Algorithm, der(0x04, digest));
  return der(0x30, der(0x02, Buffer.from([1])), imprint, der(0x02, nonce));
}

/** All that is written here is shorter than 128 bytes: its length is one byte. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}

async function post(
  query: Buffer,
  { url, env, signal, timeoutMs }: StamperOptions,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const send = url.protocol === 'https:' ? https.request : http.request;
  const agents = await openAgents({ env, stallTimeoutMs: timeoutMs });
  const stops = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = send(url, {
        method: 'POST',
        agent: agents.routeTo(url).agent,
        signal: stops,
        headers: { 'content-type': 'application/timestamp-query', 'content-length': query.length },
      });
      outgoing.on('response', resolve).on('error', reject).end(query);
    });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > largestReply) throw new Error(`${url.href} answered with more than ${largestReply} bytes`);
      chunks.push(chunk);
    }
    return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks) };
  } finally {
    agents.close();
  }
}
