import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './registry.ts';
import { runCommand } from './run-command.ts';
import { testCache, withLock } from './test-cache.ts';

const version = '0.14.1';

/** A real S3 server (s3s-fs) on loopback that checks signatures, with one bucket, `ships`. */
export interface S3Server {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly bucket: string;
  /** The folder that it keeps the bucket's objects in. */
  readonly folder: string;
  /** What lets clients in. */
  readonly env: { readonly AWS_ACCESS_KEY_ID: string; readonly AWS_SECRET_ACCESS_KEY: string };
  /** Ends it; its objects stay until `stop`. */
  halt(): Promise<void>;
  /** Starts it again on the same port. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

let reason: Promise<string | undefined> | undefined;

/** Why there can be no S3 server here, for `describe.skipIf`; undefined where there can. Builds it once where Rust is there. */
export function noS3Reason(): Promise<string | undefined> {
  return (reason ??= build());
}

async function build(): Promise<string | undefined> {
  return withLock('s3s-fs', async () => {
    if (existsSync(program())) return undefined;
    try {
      await runCommand('cargo', ['--version']);
    } catch {
      return 'there is neither s3s-fs in the test cache nor Rust to build it';
    }
    const what = ['s3s-fs', '--version', version, '--locked', '--features', 'binary'];
    await runCommand('cargo', ['install', '--quiet', ...what, '--root', testCache('s3s-fs', version)]);
    return undefined;
  });
}

function program(): string {
  return join(testCache('s3s-fs', version), 'bin/s3s-fs');
}

export async function startS3(): Promise<S3Server> {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-s3-'));
  const bucket = 'ships';
  mkdirSync(join(root, bucket));
  const port = await freePort();
  const env = { AWS_ACCESS_KEY_ID: 'sailor', AWS_SECRET_ACCESS_KEY: 'a secret/with+signs' };
  let halt = (): Promise<void> => Promise.resolve();
  const resume = async (): Promise<void> => {
    const keys = ['--access-key', env.AWS_ACCESS_KEY_ID, '--secret-key', env.AWS_SECRET_ACCESS_KEY];
    const child = spawn(program(), ['--host', '127.0.0.1', '--port', String(port), ...keys, root], {
      stdio: 'ignore',
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    halt = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    for (let i = 0; i < 200; i++, await sleep(25)) if (await listens(port)) return;
    throw new Error('s3s-fs does not answer');
  };
  await resume();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    folder: join(root, bucket),
    env,
    halt: () => halt(),
    resume,
    async stop() {
      await halt();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
    socket.on('error', () => resolve(false));
  });
}
