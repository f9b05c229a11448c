import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { writeDockerArchive, writeLayout } from '../test/make/image-files.ts';
import { demoBase, demoImage } from './demo/demo-image.ts';

/**
 * `npm start`: the main job on real input. Builds the program, makes a small image, imports the advisories that the project
 * ships, scans, and says what to try next. Uses a Docker engine where one answers; needs neither one nor the Internet.
 */

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, '.plimsoll');
const program = path.join(root, 'dist/plimsoll.js');
const database = path.join(folder, 'advisories.db');

fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder, { recursive: true });
say('building the program');
run('node', ['tools/build.ts'], 'ignore');

say('making a small image: a web shop on Debian (tools/demo/demo-image.ts)');
writeLayout(path.join(folder, 'base'), [{ built: demoBase(), name: '12.5' }]);
const image = inEngine() ?? inLayout();

say('importing the advisories that the project ships (data/demo-advisories)');
run('node', [program, 'db', 'import', 'data/demo-advisories', '--db', database], 'ignore');

const scan = [
  'scan',
  image,
  '--base',
  `layout:${path.join('.plimsoll', 'base')}`,
  '--db',
  path.join('.plimsoll', 'advisories.db'),
];
say(`node dist/plimsoll.js ${scan.join(' ')}\n`);
const { status } = spawnSync('node', [program, ...scan], { cwd: root, stdio: 'inherit' });

process.stdout.write(`
It ended with status ${status}: 0 is pass, 2 is fail, 3 is cannot tell. What to try next:

  node dist/plimsoll.js ${scan.join(' ')} --format json      the record and the verdict
  node dist/plimsoll.js scan dir:/usr/local --db .plimsoll/advisories.db        a directory
  node dist/plimsoll.js sbom ${image}                        CycloneDX or SPDX
  node dist/plimsoll.js policy show production               what was asked of it
  node dist/plimsoll.js db update                            the world's advisories
  node dist/plimsoll.js scan registry.example.com/team/app:1.2
`);
// The demonstration is about an image that fails; only an error is an error.
process.exitCode = status === 0 || status === 2 || status === 3 ? 0 : 1;

/** Loads the image into the engine that answers, if one does. */
function inEngine(): string | undefined {
  const engine = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 5000,
  });
  if (engine.status !== 0 || engine.error !== undefined) return undefined;
  const archive = writeDockerArchive(path.join(folder, 'cart.tar'), [
    { built: demoImage(), name: 'plimsoll-demo/cart:1.8.2' },
  ]);
  if (spawnSync('docker', ['load', '-q', '-i', archive], { stdio: 'ignore' }).status !== 0) return undefined;
  say(`loading it into the Docker engine ${engine.stdout.toString().trim()}`);
  return 'docker:plimsoll-demo/cart:1.8.2';
}

function inLayout(): string {
  writeLayout(path.join(folder, 'cart'), [{ built: demoImage(), name: '1.8.2' }]);
  return `layout:${path.join('.plimsoll', 'cart')}`;
}

function run(command: string, args: readonly string[], output: 'ignore' | 'inherit'): void {
  const { status: ended, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', output, 'inherit'] });
  if (error !== undefined) throw error;
  if (ended !== 0) process.exit(ended ?? 1);
}

function say(text: string): void {
  process.stdout.write(`» ${text}\n`);
}
