import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { runCommand } from './run-command.ts';

/** A time stamper by RFC 3161 on loopback: every answer is OpenSSL's. */
export interface OpensslStamper {
  readonly url: string;
  /** A `trusted_root.json` that trusts it, and nobody else. */
  readonly trustedRoot: string;
  stop(): Promise<void>;
}

/** @param digits of the second's fraction; zeros at the end are not written. */
export async function startOpensslStamper(digits: number): Promise<OpensslStamper> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-stamper-'));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): Promise<string> => runCommand('openssl', args, { cwd: folder });
  writeFileSync(
    at('tsa.cnf'),
    `[tsa]
default_tsa = here
[here]
serial = ${at('serial')}
signer_cert = ${at('leaf.pem')}
signer_key = ${at('leaf.key')}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
clock_precision_digits = ${digits}
ess_cert_id_alg = sha256
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
`,
  );
  writeFileSync(at('serial'), '01\n');
  for (const name of ['root', 'leaf'])
    await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
  const making = ['-days', '2', '-sha256'];
  await openssl('req', '-new', '-key', 'root.key', '-subj', '/O=tests/CN=root', '-out', 'root.csr');
  await openssl(
    ...['x509', '-req', '-in', 'root.csr', '-signkey', 'root.key', '-out', 'root.pem', ...making],
    ...['-extfile', 'tsa.cnf', '-extensions', 'root'],
  );
  await openssl('req', '-new', '-key', 'leaf.key', '-subj', '/O=tests/CN=stamper', '-out', 'leaf.csr');
  await openssl(
    ...['x509', '-req', '-in', 'leaf.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-set_serial', '0x1a2b3c'],
    ...['-out', 'leaf.pem', ...making, '-extfile', 'tsa.cnf', '-extensions', 'leaf'],
  );
  let asked = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url !== '/tsr' || request.headers['content-type'] !== 'application/timestamp-query')
        return void response.writeHead(404).end();
      const name = `query-${++asked}`;
      writeFileSync(at(name), Buffer.concat(chunks));
      void openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', name, '-out', `${name}.tsr`).then(
        () =>
          response
            .writeHead(200, { 'content-type': 'application/timestamp-reply' })
            .end(readFileSync(at(`${name}.tsr`))),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rawBytes = (name: string): string => new X509Certificate(readFileSync(at(name))).raw.toString('base64');
  const certificates = ['leaf.pem', 'root.pem'].map((name) => ({ rawBytes: rawBytes(name) }));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsr`,
    trustedRoot: JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [],
      certificateAuthorities: [],
      ctlogs: [],
      timestampAuthorities: [
        {
          subject: { organization: 'tests', commonName: 'stamper' },
          uri: 'http://127.0.0.1',
          certChain: { certificates },
          validFor: { start: new Date(Date.now() - 86_400_000).toISOString() },
        },
      ],
    }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
