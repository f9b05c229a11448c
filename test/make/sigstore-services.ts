import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';

/** Sigstore's services on loopback: what signs certificates, logs and stamps here is trusted by one trusted root alone. */
export interface SigstoreServices {
  readonly url: string;
  /** `trusted_root.json` */
  readonly trustedRoot: string;
  stop(): Promise<void>;
}

export interface SigstoreOptions {
  /** How time stamps write the fraction of the second: `.25`; empty for whole seconds. As it comes where nothing is said. */
  readonly fraction?: () => string;
}

/** Starts Fulcio, Rekor and a time stamper in one server. */
export async function startSigstore(options: SigstoreOptions = {}): Promise<SigstoreServices> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stampKeys = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const certificateLog = await initializeCTLog(keys);
  const authority = await initializeCA(keys, certificateLog);
  const log = await initializeTLog(url, keys);
  const stamper = await initializeTSA(stampKeys);
  if (options.fraction !== undefined) stampWith(stamper, options.fraction);
  const handlers = [fulcioHandler(authority), rekorHandler(log), tsaHandler(stamper)];
  server.on('request', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const handler = handlers.find(({ path }) => request.url === path);
      if (handler === undefined) return void response.writeHead(404).end();
      void handler
        .fn(asLogged(Buffer.concat(chunks).toString()))
        .then(({ statusCode, response: body, contentType }) =>
          response
            .writeHead(statusCode, contentType === undefined ? {} : { 'content-type': contentType })
            .end(typeof body === 'string' ? body : bytesOf(body)),
        );
    });
  });
  const validFor = { start: new Date(Date.now() - 60_000), end: undefined };
  const subject = { commonName: 'sigstore', organization: 'sigstore.mock' };
  const logOf = (publicKey: Buffer, keyId: Buffer) => ({
    baseUrl: url,
    hashAlgorithm: HashAlgorithm.SHA2_256,
    logId: { keyId },
    publicKey: { rawBytes: publicKey, keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256, validFor },
    checkpointKeyId: undefined,
    operator: '',
  });
  const chain = (...certificates: Buffer[]) => ({
    certificates: certificates.map((rawBytes) => ({ rawBytes })),
  });
  const root = TrustedRoot.toJSON({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(log.publicKey, createHash('sha256').update(log.publicKey).digest())],
    certificateAuthorities: [
      { subject, uri: url, certChain: chain(bytesOf(authority.rootCertificate)), validFor, operator: '' },
    ],
    ctlogs: [logOf(certificateLog.publicKey, bytesOf(certificateLog.logID))],
    timestampAuthorities: [
      {
        subject,
        uri: url,
        certChain: chain(bytesOf(stamper.intCertificate), bytesOf(stamper.rootCertificate)),
        validFor,
        operator: '',
      },
    ],
  });
  return {
    url,
    trustedRoot: JSON.stringify(root),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What of a mocked stamper's structure is changed before it is signed. */
interface Schema {
  readonly valueBlock: { readonly value: readonly { readonly valueBlock: { valueHexView: Uint8Array } }[] };
}

/** Has a stamper write its times (genTime, the fifth member of TSTInfo) with a fraction of any number of digits. */
function stampWith(stamper: object, fraction: () => string): void {
  const { prototype } = stamper.constructor as unknown as {
    prototype: { tstInfo(this: object, request: object): { toSchema(): Schema } };
  };
  Object.assign(stamper, {
    tstInfo(request: object) {
      const info = prototype.tstInfo.call(stamper, request);
      const toSchema = info.toSchema.bind(info);
      const text = `${new Date().toISOString().slice(0, 19).replace(/[-:T]/g, '')}${fraction()}Z`;
      info.toSchema = () => {
        const schema = toSchema();
        schema.valueBlock.value[4]!.valueBlock.valueHexView = Buffer.from(text);
        return schema;
      };
      return info;
    },
  });
}

/** What Rekor would write into its log for a proposed envelope: its hashes and signatures. The mock logs what it gets. */
function asLogged(body: string): string {
  const entry = JSON.parse(body) as {
    kind?: string;
    spec?: { proposedContent?: { envelope: string; verifiers: string[] } };
  };
  const proposed = entry.spec?.proposedContent;
  if (entry.kind !== 'dsse' || proposed === undefined) return body;
  const { payload, signatures } = JSON.parse(proposed.envelope) as { payload: string; signatures: { sig: string }[] };
  const hash = (bytes: string | Buffer) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(bytes).digest('hex'),
  });
  return JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hash(proposed.envelope),
      payloadHash: hash(Buffer.from(payload, 'base64')),
      signatures: signatures.map(({ sig }, index) => ({ signature: sig, verifier: proposed.verifiers[index] })),
    },
  });
}

/** A token of a log-in, as an identity provider would give; the mocked Fulcio believes it. */
export function identityToken(subject: string, issuer: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: subject, iss: issuer, email: subject, email_verified: true })}.x`;
}

function bytesOf(view: ArrayBufferView<ArrayBuffer> | ArrayBuffer): Buffer {
  return ArrayBuffer.isView(view) ? Buffer.from(view.buffer, view.byteOffset, view.byteLength) : Buffer.from(view);
}
