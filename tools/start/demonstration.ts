import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { activePolicy, keepImage } from '../../src/flows/keep-image/index.ts';
import { localActor } from '../../src/flows/ledger/index.ts';
import type { ImageRecord, Verdict } from '../../src/model/index.ts';
import { CodedError } from '../../src/model/index.ts';
import { readSetting, type Store, writeSetting } from '../../src/server-store/index.ts';
import { writeDockerArchive, writeLayout } from '../../test/make/image-files.ts';
import { demoBase, demoImage } from '../demo/demo-image.ts';
import { runChild } from './run-child.ts';
import { say, type StartWorld } from './world.ts';

/** The day of the advisories in data/demo-advisories: no verdict by them alone is to pass for one by the world's of today. */
const advisoriesOf = '2026-11-01T00:00:00Z';
const baseName = 'debian-12.5';
const imageName = 'plimsoll-demo/cart:1.8.2';
const setting = 'demonstration';

interface Demonstration extends StartWorld {
  readonly program: string;
  readonly data: string;
  /** The advisory database of the server. */
  readonly database: string;
}

/** The image that `npm start` shows; folders in its names are those of the data. */
export interface Shown {
  /** As `plimsoll scan` takes it. */
  readonly reference: string;
  /** What it is built on, so too. */
  readonly base: string;
  readonly image: string;
  /** Absent where it was scanned at an earlier start. */
  readonly verdict?: Verdict;
}

/** Takes in the advisories that come along, where the server has none. */
export async function importAdvisories(demo: Demonstration): Promise<void> {
  const { root, program, database } = demo;
  if (fs.existsSync(database)) return;
  const folder = path.join(root, 'data/demo-advisories');
  const count = fs.readdirSync(folder).filter((name) => name.startsWith('cve-')).length;
  say(`taking in the ${count} advisories that come along (data/demo-advisories)`);
  const args = [program, 'db', 'import', folder, '--db', database, '--built-at', advisoriesOf, '--quiet'];
  await run(demo, args, 'the advisories could not be taken in');
}

/** Makes the image, scans it as anyone would and keeps its record; once for a folder of data. */
export async function showImage(store: Store, demo: Demonstration): Promise<Shown> {
  const known = (await readSetting(store, setting)) as Shown | undefined;
  if (known !== undefined) return known;
  const { program, data, database, env } = demo;
  say('making a small image, a web shop on Debian (tools/demo/demo-image.ts)');
  if (!fs.existsSync(path.join(data, baseName)))
    writeLayout(path.join(data, baseName), [{ built: demoBase(), name: '12.5' }]);
  const reference = inEngine(demo) ?? inLayout(data);
  say(`scanning it: plimsoll scan ${reference}`);
  const report = path.join(data, `scan-${process.pid}.json`);
  try {
    const args = ['scan', reference, '--base', `layout:${baseName}`, '--db', database, '--format', `json=${report}`];
    await run({ ...demo, cwd: data }, [program, ...args, '--exit-zero', '--quiet'], 'the image could not be scanned');
    const { record } = JSON.parse(fs.readFileSync(report, 'utf8')) as { readonly record: ImageRecord };
    const now = new Date();
    const shown = { reference, base: `layout:${baseName}`, image: record.image.digest };
    const { verdicts } = await keepImage(store, {
      ...{ record, reference: imageName, now, policy: await activePolicy(store, now) },
      ...localActor(env, process.stderr.isTTY),
      alongside: (inner) => writeSetting(inner, setting, shown),
    });
    return { ...shown, ...(verdicts[0] === undefined ? {} : { verdict: verdicts[0].verdict }) };
  } finally {
    fs.rmSync(report, { force: true });
  }
}

/** Loads the image into the engine that answers, if one does. */
function inEngine({ env }: Demonstration): string | undefined {
  const options = { env: env as NodeJS.ProcessEnv, timeout: 10_000 };
  const asked = ['version', '--format', '{{.Server.Version}}'];
  const engine = spawnSync('docker', asked, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
  if (engine.status !== 0) return undefined;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-start-'));
  try {
    const archive = writeDockerArchive(path.join(folder, 'cart.tar'), [{ built: demoImage(), name: imageName }]);
    if (spawnSync('docker', ['load', '-q', '-i', archive], { ...options, stdio: 'ignore' }).status !== 0)
      return undefined;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  say(`loading it into the Docker engine ${engine.stdout.toString().trim()}`);
  return `docker:${imageName}`;
}

function inLayout(data: string): string {
  const folder = path.join(data, 'cart');
  if (!fs.existsSync(folder)) writeLayout(folder, [{ built: demoImage(), name: '1.8.2' }]);
  return 'layout:cart';
}

async function run(
  demo: Demonstration & { readonly cwd?: string },
  args: readonly string[],
  failure: string,
): Promise<void> {
  const status = await runChild(process.execPath, args, { ...demo, output: 'quiet' });
  demo.signal.throwIfAborted();
  if (status !== 0) throw new CodedError('demonstration-failed', `${failure}: it ended with ${status}`);
}
