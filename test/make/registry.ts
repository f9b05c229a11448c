import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MadeCertificate } from './certificates.ts';
import { runCommand } from './run-command.ts';

/** A real registry (Debian's docker-registry) on loopback, with its own storage. */
export interface TestRegistry {
  /** `127.0.0.1:PORT`: what references begin with. */
  readonly address: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** The folder that it keeps images in. */
  readonly storage: string;
  /** Stops it and removes its storage. */
  stop(): Promise<void>;
}

/** Why there can be no registry here, for `describe.skipIf`; undefined where there can. */
export function noRegistryReason(): string | undefined {
  return existsSync('/usr/bin/docker-registry') ? undefined : 'docker-registry is not installed';
}

export interface RegistryOptions {
  /** It asks for a name and password (htpasswd). */
  readonly basicAuth?: boolean;
  /** It speaks TLS with this certificate, and takes only clients that an authority (PEM file) vouches for. */
  readonly tls?: MadeCertificate & { readonly clientAuthority?: string };
  /** Where it posts what is pushed and pulled, and with which token. */
  readonly notifies?: { readonly url: string; readonly token: string };
  /** It is to listen there; default: a free port. */
  readonly port?: number;
  /** It serves what another one keeps, which must be stopped after it. */
  readonly storageOf?: TestRegistry;
}

/** Starts a registry on a free port. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-registry-'));
  const port = options.port ?? (await freePort());
  const address = `127.0.0.1:${port}`;
  const storage = options.storageOf?.storage ?? join(folder, 'data');
  const credentials = options.basicAuth ? { username: 'sailor', password: 'p:ass word' } : undefined;
  let auth = '';
  if (credentials !== undefined) {
    const file = join(folder, 'htpasswd');
    writeFileSync(file, await runCommand('htpasswd', ['-Bbn', '-C', '5', credentials.username, credentials.password]));
    auth = `auth:\n  htpasswd:\n    realm: plimsoll tests\n    path: ${file}\n`;
  }
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    `version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: ${storage}\n  delete:\n    enabled: true\nhttp:\n  addr: ${address}\n${tlsSection(options.tls)}${auth}${notificationSection(options.notifies)}`,
  );
  const child = spawn('docker-registry', ['serve', config], {
    stdio: 'ignore',
    env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(5000).then(() => child.kill('SIGKILL'))]);
    rmSync(folder, { recursive: true, force: true });
  };
  for (let i = 0; i < 200; i++) {
    if (await listens(port)) return { address, credentials, storage, stop };
    await sleep(50);
  }
  await stop();
  throw new Error('docker-registry does not answer');
}

function tlsSection(tls: RegistryOptions['tls']): string {
  if (tls === undefined) return '';
  const clients = tls.clientAuthority === undefined ? '' : `    clientcas: [${tls.clientAuthority}]\n`;
  return `  tls:\n    certificate: ${tls.cert}\n    key: ${tls.key}\n${clients}`;
}

function notificationSection(notifies: RegistryOptions['notifies']): string {
  if (notifies === undefined) return '';
  return `notifications:
  endpoints:
    - name: plimsoll
      url: ${notifies.url}
      headers:
        Authorization: [Bearer ${notifies.token}]
      timeout: 5s
      threshold: 3
      backoff: 200ms
`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
    socket.on('error', () => resolve(false));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
