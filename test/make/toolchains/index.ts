import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerEngine, noEngineReason } from '../docker-engine.ts';
import { noRealImageReason, realImageInEngine } from '../real-images/index.ts';
import { testCache, withLock } from '../test-cache.ts';
import { type Toolchain, toolchains } from './recipes.ts';

const authorities = '/etc/ssl/certs/ca-certificates.crt';

/** Why a stand-in cannot be had here, for `describe.skipIf`; undefined where it can. */
export function noToolchainReason(...names: readonly string[]): string | undefined {
  for (const name of names) {
    const missing = Object.values(toolchainNamed(name).files ?? {}).find((path) => !existsSync(path));
    if (missing !== undefined) return `${missing} is not there for the stand-in ${name}`;
  }
  return noRealImageReason('debian') ?? noEngineReason();
}

/**
 * A stand-in for a public base image by its name in the shared engine, where it stays: builders trust what this machine
 * trusts, so that what is built on them need not know this machine. Minutes the first time.
 */
export async function toolchainImage(name: string): Promise<string> {
  const toolchain = toolchainNamed(name);
  const reference = `plimsoll-test/toolchain-${name}:${keyOf(toolchain)}`;
  const engine = await dockerEngine();
  const isThere = (): Promise<boolean> =>
    engine.docker(['image', 'inspect', reference]).then(
      () => true,
      () => false,
    );
  if (await isThere()) return reference;
  return withLock(`toolchain-${name}`, async () => {
    if (await isThere()) return reference;
    const folder = testCache('contexts', `toolchain-${name}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    writeFileSync(join(folder, 'Dockerfile'), toolchain.dockerfile.replaceAll('{{debian}}', await trustingDebian()));
    for (const [file, path] of Object.entries(toolchain.files ?? {}))
      cpSync(path, join(folder, file), { recursive: true, verbatimSymlinks: true });
    await engine.docker(['build', '--network=host', '--force-rm', '-t', reference, folder], { timeoutMs: 1_800_000 });
    rmSync(folder, { recursive: true, force: true });
    return reference;
  });
}

/** Debian 12 that trusts the authorities of this machine, as a company's builder would its own. */
async function trustingDebian(): Promise<string> {
  const { reference } = await realImageInEngine('debian');
  if (!existsSync(authorities)) return reference;
  const engine = await dockerEngine();
  const name = `plimsoll-test/toolchain-debian:${createHash('sha256').update(reference).update(readFileSync(authorities)).digest('hex').slice(0, 12)}`;
  await withLock('toolchain-debian', async () => {
    const folder = testCache('contexts', 'toolchain-debian');
    cpSync(authorities, join(folder, 'authorities.crt'));
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${reference}\nCOPY authorities.crt ${authorities}\n`);
    await engine.docker(['build', '-q', '-t', name, folder]);
  });
  return name;
}

function toolchainNamed(name: string): Toolchain {
  const found = toolchains.find((each) => each.name === name);
  if (found === undefined)
    throw new Error(`there is no toolchain "${name}"; there are ${toolchains.map((each) => each.name).join(', ')}`);
  return found;
}

/** Changes with what is built from: texts by content, folders and large files by size and time. */
function keyOf({ dockerfile, files = {} }: Toolchain): string {
  const hash = createHash('sha256').update(dockerfile);
  for (const [name, path] of Object.entries(files)) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`\0${name}\0`);
    if (size < 65_536 && statSync(path).isFile()) hash.update(readFileSync(path));
    else hash.update(`${size} ${mtimeMs}`);
  }
  return hash.digest('hex').slice(0, 12);
}
