import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { buildImage } from '../make/image-builder.ts';
import { postmasterPid } from '../make/postgres.ts';
import { pushImage } from '../make/push-image.ts';
import { startRegistry, type TestRegistry } from '../make/registry.ts';
import { firstToken, type ServeOptions, type ServeProcess, startServe, withSecret } from '../make/serve-process.ts';
import { isRunning } from '../make/test-cache.ts';
import type { Caller } from '../make/test-server.ts';

export const scopes = ['read', 'scan', 'record.write', 'waiver.request', 'policy.write', 'ledger.read'] as const;
export const args = ['--scans', '2', '--allow-address', '127.0.0.0/8'];

const folders: string[] = [];
const servers: ServeProcess[] = [];
let registry: TestRegistry | undefined;

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-kill-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

/** Ends what the test started, by its own id, and takes its folders away. */
export async function endAll(): Promise<void> {
  for (const server of servers.splice(0)) await server.kill('SIGKILL');
  for (const folder of folders.splice(0)) {
    const pid = postmasterPid(join(folder, 'postgres/data'));
    if (pid !== undefined && isRunning(pid)) {
      process.kill(pid, 'SIGINT');
      while (isRunning(pid)) await sleep(10);
    }
    rmSync(folder, { recursive: true, force: true });
  }
  await registry?.stop();
  registry = undefined;
}

/** Small images in a real registry. */
export async function pushImages(count: number): Promise<string[]> {
  registry = await startRegistry();
  const push = (n: number): Promise<string> =>
    pushImage(registry!, `shop/n${n}:1`, buildImage({ layers: [{ files: { '/etc/number': `${n}` } }] }));
  return Promise.all(Array.from({ length: count }, (_, n) => push(n)));
}

/** Starts a server that ends with the test. */
export async function serve(options: ServeOptions): Promise<ServeProcess> {
  const server = await startServe(options);
  servers.push(server);
  return server;
}

/** A server that is killed and started again; clients wait for whoever serves. */
export class Serving {
  readonly #options: ServeOptions;
  #now: ServeProcess | undefined;
  #caller: Promise<Caller>;
  #secret = '';

  constructor(options: ServeOptions) {
    this.#options = options;
    this.#caller = this.#start();
  }

  get caller(): Promise<Caller> {
    return this.#caller;
  }

  /** Where it serves now. */
  get url(): Promise<string> {
    return this.#caller.then(() => this.#now!.url);
  }

  /** Of a token that holds for all starts. */
  get secret(): string {
    return this.#secret;
  }

  /** kill -9, and another start. */
  async again(): Promise<void> {
    await this.#now!.kill('SIGKILL');
    this.#caller = this.#start();
    await this.#caller;
  }

  /** What it wrote to standard error. */
  get log(): string {
    return this.#now?.log() ?? '';
  }

  async stop(): Promise<void> {
    await this.#now!.kill('SIGTERM');
    expect(this.#now!.child.exitCode).toBe(0);
  }

  async #start(): Promise<Caller> {
    const server = await serve(this.#options);
    this.#now = server;
    this.#secret ||= await firstToken(server, scopes);
    return withSecret(server.url, this.#secret);
  }
}

/** Waits for the end of all scans. */
export async function jobsEnd(call: () => Promise<Caller>): Promise<void> {
  const open = async (state: string): Promise<number> => {
    const { status, body } = await (await call())<{ items: object[] }>('GET', `/v1/scans?state=${state}&limit=1`);
    return status === 200 ? body.items.length : 1;
  };
  while ((await open('queued')) + (await open('running')) > 0) await sleep(100);
}
