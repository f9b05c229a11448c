import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../make/image-builder.ts';
import { writeDockerArchive, writeLayout, writeOciArchive } from '../make/image-files.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry } from '../make/registry.ts';
import { runCommand } from '../make/run-command.ts';
import { Place, root, type Ran, type Running } from './plimsoll.ts';
import { shopImage } from './shop.ts';

const place = new Place();
const small = writeDockerArchive(place.at('small.tar'), shopImage());
const large = place.at('large.tar');
afterAll(() => place.remove());

/** Noise does not compress: an image that takes about a second to read, in two layers. */
beforeAll(() => {
  const noise = randomFillSync(Buffer.alloc(8 << 20));
  const blob = (seed: number): Buffer =>
    Buffer.concat(Array.from({ length: 12 }, (_, i) => Buffer.concat([Buffer.from([seed, i]), noise])));
  const layers = [1, 2].map((seed) => ({
    files: { [`/srv/noise-${seed}`]: blob(seed), '/etc/os-release': 'ID=debian\nVERSION_ID=12\n' },
    compression: 'none' as const,
  }));
  writeDockerArchive(large, buildImage({ layers }));
});

const scan = (input: string, ...args: readonly string[]): Promise<Ran> =>
  place.plimsoll(['scan', input, '--offline', '--format', 'json', ...args]);

/** Every file below a folder, without those that another run may be about to write. */
function filesBelow(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
    : [];
}

/** The verdict carries no time, so that two runs on one day say the same. */
const recordIn = ({ stdout }: Ran): string => JSON.stringify((JSON.parse(stdout) as { record: unknown }).record);

describe('the same bytes', () => {
  test('come from a cold cache, a warm one, and none', async () => {
    for (const input of [small, large]) {
      const cache = place.folder(`cache-${input.length}-${input.endsWith('large.tar')}`);
      const cold = await scan(input, '--cache-dir', cache);
      expect(cold).toMatchObject({ status: 2, stderr: '' });
      expect((await scan(input, '--cache-dir', cache)).stdout).toBe(cold.stdout);
      expect((await scan(input, '--no-cache')).stdout).toBe(cold.stdout);
      expect((await scan(input, '--cache-dir', place.folder('another-cache'))).stdout).toBe(cold.stdout);
    }
  });

  test('come from scans at once that share a cache, which holds nothing unfinished afterwards', async () => {
    const cache = place.folder('shared-cache');
    const all = await Promise.all(Array.from({ length: 4 }, () => scan(large, '--cache-dir', cache)));
    expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1);
    expect(all.map(({ status, stderr }) => [status, stderr])).toEqual(Array.from({ length: 4 }, () => [2, '']));
    expect(filesBelow(cache).filter((name) => /\.tmp$|^spool-/.test(name))).toEqual([]);
    expect((await scan(large, '--cache-dir', cache)).stdout).toBe(all[0]!.stdout);
  });

  test('come from the bundled program, threads and all', async () => {
    await runCommand(process.execPath, [`${root}/tools/build.ts`]);
    const bundle = { program: `${root}/dist/plimsoll.js` };
    const args = ['scan', large, '--offline', '--format', 'json', '--no-cache'];
    const bundled = await place.plimsoll(args, bundle);
    expect(bundled).toMatchObject({ status: 2, stderr: '' });
    expect(bundled.stdout).toBe((await place.plimsoll(args)).stdout);
    expect(await place.plimsoll(['--help'], bundle)).toMatchObject({ status: 0, stderr: '' });
    const policy = place.at('policy.yaml');
    writeFileSync(
      policy,
      'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: small }\n' +
        'conditions: [{ name: few, expression: size(record.packages) < 1000, message: too many }]\n',
    );
    const settings = place.at('settings.yaml');
    writeFileSync(settings, `policy: ${policy}\n`);
    const byPolicy = await place.plimsoll(args, { ...bundle, env: { PLIMSOLL_CONFIG: settings } });
    expect(byPolicy.stderr).toBe('');
    expect(JSON.parse(byPolicy.stdout)).toMatchObject({ verdict: { policy: { name: 'small' } } });
    expect(await place.plimsoll(['policy', 'check', policy], bundle)).toMatchObject({ status: 0, stderr: '' });
    // What was compiled is kept for the next run, of the threads too, and changes nothing.
    const cache = place.folder('code');
    const env = { XDG_CACHE_HOME: cache };
    const code = join(cache, 'plimsoll/code');
    const kept = (): string[] => {
      const [folder] = readdirSync(code);
      return filesBelow(code).map((name) => `${name} ${statSync(join(code, folder!, name)).ino}`);
    };
    const afterEach: string[][] = [];
    for (let count = 0; count < 4; count++) {
      const { status, stdout, stderr } = await place.plimsoll(args, { ...bundle, env });
      expect([status, stderr, stdout === bundled.stdout]).toEqual([2, '', true]);
      afterEach.push(kept());
    }
    const uses = new Set(filesBelow(code).map((name) => name.replace(/.*\./, '')));
    expect([...uses].sort()).toEqual(['layers-patient', 'scan']);
    // Twice, and then it is as it should be: V8 would refuse what was kept under other settings, and it would be kept anew each time.
    expect(afterEach[3]).toEqual(afterEach[2]);
    expect(afterEach[2]).not.toEqual(afterEach[0]);
  });

  test('come from what is known of an archive, unless its file was touched', async () => {
    const file = place.at('known.tar');
    copyFileSync(large, file);
    const cache = place.folder('known-cache');
    const look = async (): Promise<[string, boolean]> => {
      const { stdout, stderr } = await scan(file, '--cache-dir', cache, '--timings');
      return [stdout, /^open /m.test(stderr)];
    };
    const [first, opened] = await look();
    expect(opened).toBe(true);
    expect(await look()).toEqual([first, false]);
    // Another image of the same size and age: the time at which the file's facts changed tells, which nobody can set back.
    const { atime, mtime } = statSync(file);
    copyFileSync(small, file);
    truncateSync(file, statSync(large).size);
    utimesSync(file, atime, mtime);
    const [second, openedAgain] = await look();
    expect(openedAgain).toBe(true);
    expect(second).not.toBe(first);
  });

  test.runIf(noRegistryReason() === undefined)(
    'come from a layout, an archive and a registry, links and packing aside',
    async () => {
      const image = shopImage();
      const registry = await startRegistry();
      try {
        const reference = await pushImage(registry, 'shop:1', image);
        const inputs = [
          `layout:${writeLayout(place.at('layout'), image)}`,
          `archive:${writeOciArchive(place.at('oci.tar'), image)}`,
          `archive:${writeOciArchive(place.at('oci.tar.gz'), image, { packing: 'gzip' })}`,
          `archive:${writeOciArchive(place.at('oci.tar.zst'), image, { packing: 'zstd' })}`,
          `registry:${reference}`,
        ];
        const records: string[] = [];
        for (const input of inputs) {
          const ran = await place.plimsoll(['scan', input, '--format', 'json', '--no-cache']);
          expect({ input, status: ran.status, stderr: ran.stderr }).toEqual({ input, status: 2, stderr: '' });
          records.push(recordIn(ran));
        }
        expect(new Set(records).size).toBe(1);
        const {
          image: facts,
          layers,
          ...saved
        } = JSON.parse(recordIn(await scan(small, '--no-cache'))) as Record<string, unknown>;
        expect(facts).toMatchObject({ configDigest: image.config.digest });
        expect(layers).toHaveLength(2);
        expect(JSON.parse(records[0]!)).toMatchObject(saved);
      } finally {
        await registry.stop();
      }
    },
  );
});

describe('a run that is ended', () => {
  /** Ends the run once it has begun to read layers. */
  const whenReading =
    (signal: NodeJS.Signals, times = 1) =>
    async (child: Running): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 450));
      for (let i = 0; i < times; i++) child.kill(signal);
    };

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s says so, fails, and leaves nothing half-written', async (signal) => {
    const cache = place.folder(`cache-${signal}`);
    const out = place.folder(`out-${signal}`);
    const args = [
      'scan',
      large,
      '--offline',
      '--cache-dir',
      cache,
      '-f',
      `json=${out}/r.json`,
      '-f',
      `sarif=${out}/r.sarif`,
    ];
    const ran = await place.plimsoll(args, { whileRunning: whenReading(signal) });
    expect(readdirSync(out).filter((name) => !['r.json', 'r.sarif'].includes(name))).toEqual([]);
    // On a quick machine it may have been over by then, or have written its reports.
    for (const name of readdirSync(out))
      expect(JSON.parse(readFileSync(`${out}/${name}`, 'utf8'))).toHaveProperty(name === 'r.json' ? 'verdict' : 'runs');
    if (ran.status !== 2) {
      expect(ran.stdout).toBe('');
      if (ran.signal === null) {
        expect(ran.status).toBe(1);
        expect(ran.stderr).toBe(`plimsoll: stopped by ${signal}; nothing was left half-written (interrupted)\n`);
      }
    }
    expect(filesBelow(cache).filter((name) => /\.tmp$|^spool-/.test(name))).toEqual([]);
    expect((await scan(large, '--cache-dir', cache)).stdout).toBe((await scan(large, '--no-cache')).stdout);
  });

  test('by kill -9 leaves a cache that the next run can use', async () => {
    const cache = place.folder('cache-kill');
    const truth = (await scan(large, '--no-cache')).stdout;
    for (const afterMs of [200, 400, 600, 800]) {
      await place.plimsoll(['scan', large, '--offline', '--cache-dir', cache], {
        async whileRunning(child) {
          await new Promise((resolve) => setTimeout(resolve, afterMs));
          child.kill('SIGKILL');
        },
      });
    }
    expect((await scan(large, '--cache-dir', cache)).stdout).toBe(truth);
  });

  test('a cache with broken, empty and foreign files in it is as good as none', async () => {
    const cache = place.folder('cache-broken');
    const truth = (await scan(small, '--cache-dir', cache)).stdout;
    for (const kind of ['layers', 'records'])
      for (const [index, name] of readdirSync(`${cache}/${kind}`).entries()) {
        const bytes = readFileSync(`${cache}/${kind}/${name}`);
        if (index % 2 === 0) bytes[bytes.length - 1]! ^= 1;
        writeFileSync(`${cache}/${kind}/${name}`, index % 2 === 0 ? bytes : '');
        writeFileSync(`${cache}/${kind}/${name}.1-abc.tmp`, 'left by another');
      }
    const first = await scan(small, '--cache-dir', cache);
    // It may say that the cache has changed, and has mended it then; it never says anything else than the truth.
    if (first.stdout !== truth)
      expect(first).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringContaining('cache-changed') as string,
      });
    expect((await scan(small, '--cache-dir', cache)).stdout).toBe(truth);
  });

  test('a cache that cannot be written is no error', async () => {
    writeFileSync(place.at('a-file'), '');
    const ran = await scan(small, '--cache-dir', place.at('a-file/cache'));
    expect(ran).toMatchObject({ status: 2, stderr: '' });
  });
});

describe('pipes', () => {
  test('that are closed early are no error', async () => {
    const command = `${process.execPath} ${root}/src/cli/main.ts scan ${large} --offline --format json | head -c 20; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], {
      encoding: 'utf8',
      env: { ...process.env, HOME: place.folder('home'), XDG_CACHE_HOME: place.at('home/.cache') },
    });
    expect(stderr).not.toContain('EPIPE');
    expect(stdout).toMatch(/^\{\n {2}"record": \{\n {2} {2}? [02]\n$/);
  });

  test('are read from: versions to compare, one pair a line', async () => {
    const ran = await place.plimsoll(['db', 'compare', 'deb'], { input: '1.0~rc1 1.0\n1:0 2\n1.0 1.0\n' });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout.match(/[<=>]/g)).toEqual(['<', '>', '=']);
  });
});

describe('a terminal', () => {
  /** Runs the program on a terminal of its own (util-linux script). */
  const onTerminal = (columns: number, env: Record<string, string> = {}): Promise<string> =>
    new Promise((resolve) => {
      const line = `stty cols ${columns}; ${process.execPath} ${root}/src/cli/main.ts scan ${small} --offline`;
      const child = spawn('script', ['-qec', line, '/dev/null'], {
        env: {
          ...process.env,
          HOME: place.folder('home'),
          XDG_CACHE_HOME: place.at('home/.cache'),
          TERM: 'xterm',
          ...env,
        },
      });
      const chunks: Buffer[] = [];
      child.stdout.on('data', (bytes: Buffer) => chunks.push(bytes));
      child.stdin.end();
      child.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
      child.on('error', () => resolve(''));
    });

  test.skipIf(!existsSync('/usr/bin/script'))('gets colour and its own width, unless NO_COLOR is set', async () => {
    const bare = (text: string): string => text.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '');
    const widest = (text: string): number =>
      Math.max(
        ...bare(text)
          .split(/[\r\n]+/)
          .map((line) => [...line].length),
      );
    const [narrow, wide, plain, dumb] = [
      await onTerminal(60),
      await onTerminal(140),
      await onTerminal(80, { NO_COLOR: '1' }),
      await onTerminal(80, { TERM: 'dumb' }),
    ];
    expect(narrow).toContain('\u001b[');
    expect(bare(narrow)).toContain(' FAIL ');
    expect(widest(narrow)).toBeLessThanOrEqual(60);
    expect(widest(wide)).toBeGreaterThan(60);
    expect(widest(wide)).toBeLessThanOrEqual(140);
    // Progress may rub out its own line; nothing else is an escape.
    for (const text of [plain, dumb]) expect(text.replaceAll('\u001b[K', '')).not.toContain('\u001b');
  });
});
