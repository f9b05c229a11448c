import { mkdirSync } from 'node:fs';
import { dockerEngine, noEngineReason } from '../make/docker-engine.ts';
import { noRealImageReason, realImageInEngine } from '../make/real-images/index.ts';
import { runCommand } from '../make/run-command.ts';

/** Why real images can't be asked about themselves here; undefined where they can. */
export function noContainerReason(...names: readonly string[]): string | undefined {
  return noEngineReason() ?? names.map(noRealImageReason).find((reason) => reason !== undefined);
}

/** What a program of the image says in a container of it, as root and without a network. */
export async function inContainer(name: string, ...command: readonly string[]): Promise<string> {
  return run(name, [], command);
}

/** What a shell script says in a container of any image: the host's static busybox lends its shell. */
export async function withBusybox(name: string, script: string): Promise<string> {
  return run(name, ['-v', '/bin/busybox:/busybox:ro'], ['/busybox', 'sh', '-c', script]);
}

async function run(name: string, options: readonly string[], command: readonly string[]): Promise<string> {
  const [engine, { reference }] = [await dockerEngine(), await realImageInEngine(name)];
  const [program, ...args] = command;
  return engine.docker([
    ...['run', '--rm', '--network', 'none', '--user', '0', '--entrypoint', program!],
    ...options,
    reference,
    ...args,
  ]);
}

/** Copies a path of the image to a folder of the host, as the engine sees it. */
export async function copiedOut(name: string, path: string, folder: string): Promise<string> {
  const [engine, { reference }] = [await dockerEngine(), await realImageInEngine(name)];
  mkdirSync(folder, { recursive: true });
  const container = (await engine.docker(['create', '--network', 'none', reference, 'true'])).trim();
  try {
    // `docker cp` asks for root's right to raise limits, which machines of tests may not have; its tar form does not.
    await runCommand('sh', ['-c', `docker cp "$1" - | tar -x -C "$2"`, 'sh', `${container}:${path}`, folder], {
      env: { DOCKER_HOST: engine.host },
    });
  } finally {
    await engine.docker(['rm', container]);
  }
  return folder;
}
