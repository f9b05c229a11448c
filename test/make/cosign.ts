import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { testCache, withLock } from './test-cache.ts';

const version = 'v3.1.3';

/** The real cosign, built once into the test cache (minutes the first time). */
export function cosignPath(): string {
  return join(testCache('cosign', version), 'cosign');
}

let reason: Promise<string | undefined> | undefined;

/** Why there can be no cosign here, for `describe.skipIf`; undefined where there is one. Builds it where Go is there. */
export function noCosignReason(): Promise<string | undefined> {
  return (reason ??= build());
}

async function build(): Promise<string | undefined> {
  const file = cosignPath();
  if (existsSync(file)) return undefined;
  try {
    await runCommand('go', ['version']);
  } catch {
    return 'there is neither cosign in the test cache nor Go to build it';
  }
  try {
    return await withLock('cosign', async () => {
      if (existsSync(file)) return undefined;
      const folder = testCache('cosign', version);
      mkdirSync(folder, { recursive: true });
      await runCommand('nice', ['-n', '10', 'go', 'install', `github.com/sigstore/cosign/v3/cmd/cosign@${version}`], {
        env: { GOBIN: folder },
        timeoutMs: 1_800_000,
      });
      return undefined;
    });
  } catch (error) {
    return `cosign ${version} could not be built: ${(error as Error).message.split('\n').at(-1)!}`;
  }
}

/** Runs cosign offline with a home of its own; gives what it prints. Throws with what it says where it refuses. */
export function cosign(args: readonly string[], options: { readonly cwd: string; readonly input?: string }) {
  return runCommand(cosignPath(), args, {
    cwd: options.cwd,
    timeoutMs: 120_000,
    env: { HOME: options.cwd, COSIGN_PASSWORD: 'secret', TUF_ROOT: join(options.cwd, 'tuf') },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
}
