import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordJsonSchema } from '../../src/record/schema.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeDockerArchive } from '../make/image-files.ts';
import { Place, type Ran } from './plimsoll.ts';
import { advisories, shopImage } from './shop.ts';

const place = new Place();
const archive = place.at('shop.tar');
afterAll(() => place.remove());

beforeAll(async () => {
  writeDockerArchive(archive, [{ built: shopImage(), name: 'shop:1' }]);
  writeFileSync(place.at('osv.ndjson'), advisories.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const ran = await place.plimsoll([
    'db',
    'import',
    place.at('osv.ndjson'),
    '--db',
    place.at('db'),
    ...['--built-at', new Date().toISOString()],
  ]);
  expect(ran).toMatchObject({ status: 0, stderr: '' });
});

const scan = (...args: readonly string[]): Promise<Ran> => place.plimsoll(['scan', archive, '--offline', ...args]);
const scanWithDb = (...args: readonly string[]): Promise<Ran> => scan('--db', place.at('db'), ...args);

interface Output {
  readonly record: { readonly findings: readonly { readonly id: string; readonly advisory?: string }[] };
  readonly verdict: { readonly result: string };
}

describe('exit status', () => {
  test('is 2 where the policy fails, 0 with --exit-zero', async () => {
    expect((await scan('--quiet')).status).toBe(2);
    expect((await scan('--quiet', '--exit-zero')).status).toBe(0);
  });

  test('is 0 where the image passes and 3 where nobody can tell', async () => {
    const policy = place.at('easy.yaml');
    const head = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: easy }\ncannotTell: stop\nrules:\n';
    writeFileSync(policy, `${head}  no-secrets: fail\n`);
    expect(await scan('--policy', policy)).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(policy, `${head}  known-exploited: fail\n`);
    const untold = await scan('--policy', policy);
    expect(untold.status).toBe(3);
    expect(untold.stdout).toContain(' CANNOT TELL ');
    expect(untold.stdout).not.toContain(' PASS ');
  });

  test('is 1 where the work cannot be done, with --exit-zero too', async () => {
    for (const args of [
      ['scan', 'nowhere.tar'],
      ['scan', 'nowhere.tar', '--exit-zero'],
    ])
      expect((await place.plimsoll(args)).status).toBe(1);
    const offline = await place.plimsoll(['scan', 'registry.example.com/app:1', '--offline']);
    expect(offline.status).toBe(1);
    expect(offline.stderr).toContain('--offline forbids the network');
    const noDb = await scan('--db', place.at('no-such.db'));
    expect(noDb).toMatchObject({ status: 1, stdout: '' });
    expect(noDb.stderr).toContain('no-such.db');
  });

  test.each([
    [[], 'missing required argument'],
    [['--nope'], "unknown option '--nope'"],
    [['a.tar', 'b.tar'], 'too many arguments'],
    [['a.tar', '--severity', 'awful'], 'Allowed choices are critical'],
    [['a.tar', '--only', 'nobody'], 'Allowed choices are app, base'],
    [['a.tar', '--format', 'pdf'], '"pdf" is none of table, json'],
    [['a.tar', '--format', 'json='], 'names no file'],
    [['a.tar', '--format', 'json', '--format', 'table'], "can't both go to standard output"],
    [['a.tar', '--policy'], 'argument missing'],
    [['shop/Case:1', '--offline'], 'lower case'],
    [['archive:'], 'names nothing after its prefix'],
  ])('is 64 for scan %j, saying %s', async (args, saying) => {
    const ran = await place.plimsoll(['scan', ...args]);
    expect(ran.stderr).toContain(saying);
    expect(ran).toMatchObject({ status: 64, stdout: '' });
  });
});

describe('formats', () => {
  test('all go out in one run, each to its file, whole, and the table to standard output', async () => {
    const out = place.folder('out');
    const files = { json: 'r.json', sarif: 'r.sarif', cyclonedx: 'r.cdx.json', spdx: 'r.spdx.json' };
    const args = Object.entries(files).flatMap(([format, file]) => ['--format', `${format}=${out}/${file}`]);
    const ran = await scanWithDb(...args, '--format', 'table');
    expect(ran).toMatchObject({ status: 2, stderr: '' });
    expect(ran.stdout).toContain(' FAIL ');
    expect(readdirSync(out).sort()).toEqual(Object.values(files).sort());
    const parsed = Object.fromEntries(
      Object.entries(files).map(([format, file]) => [format, JSON.parse(readFileSync(`${out}/${file}`, 'utf8'))]),
    ) as Record<string, Record<string, unknown>>;
    expect(parsed).toMatchObject({
      json: { record: { schemaVersion: '1.0' }, verdict: { result: 'fail' } },
      sarif: { version: '2.1.0' },
      cyclonedx: { bomFormat: 'CycloneDX', specVersion: '1.6' },
      spdx: { spdxVersion: 'SPDX-2.3' },
    });
  });

  test('--output takes the one report without a file, and standard output stays empty', async () => {
    const ran = await scan('--format', 'json', '--output', place.at('o.json'));
    expect(ran).toMatchObject({ status: 2, stdout: '', stderr: '' });
    expect(JSON.parse(readFileSync(place.at('o.json'), 'utf8'))).toHaveProperty('verdict');
    const table = await scan('-o', place.at('o.txt'));
    expect(table).toMatchObject({ status: 2, stdout: '' });
    expect(readFileSync(place.at('o.txt'), 'utf8')).toContain(' FAIL ');
  });

  test('a report that cannot be written is an error that names the file, and leaves nothing', async () => {
    const ran = await scan('-f', `json=${place.at('no-such-folder/r.json')}`);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('no-such-folder/r.json could not be written');
    expect(existsSync(place.at('no-such-folder'))).toBe(false);
  });

  test('the record is valid by its published schema', async () => {
    const published = new URL('../../docs/formats/record.schema.json', import.meta.url);
    const schema = existsSync(published)
      ? (JSON.parse(readFileSync(published, 'utf8')) as Record<string, unknown>)
      : recordJsonSchema();
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    const validate = ajv.compile(schema);
    const { record } = JSON.parse((await scanWithDb('-f', 'json')).stdout) as Output;
    expect(validate(record) ? [] : validate.errors).toEqual([]);
  });
});

describe('what is shown', () => {
  test('vulnerabilities of the database, by severity, fix and owner; what the policy stops always; JSON whole', async () => {
    const shown = async (...args: readonly string[]): Promise<readonly string[]> =>
      [...new Set((await scanWithDb(...args)).stdout.match(/CVE-2024-000\d/g))].map((id) => id.slice(-1)).sort();
    expect(await shown()).toEqual(['1', '2', '3']);
    expect(await shown('--severity', 'high')).toEqual(['1']);
    expect(await shown('--severity', 'medium')).toEqual(['1', '3']);
    expect(await shown('--ignore-unfixed')).toEqual(['1', '2']);
    expect(await shown('--only', 'app')).toEqual(['1', '2', '3']);
    expect(await shown('--only', 'base')).toEqual(['1']);
    expect(await shown('--severity', 'critical', '-f', 'json')).toEqual(['1', '2', '3']);
    expect((await scan()).stdout).toContain('no advisory database');
  });

  test('--base tells base and application apart', async () => {
    const base = place.at('base.tar');
    const shop = shopImage();
    writeDockerArchive(base, {
      ...shop,
      ...buildImage({ layers: shop.layers.slice(0, 1).map(({ tar }) => ({ rawTar: tar })) }),
    });
    const ran = await scanWithDb('--base', `archive:${base}`, '--only', 'base');
    expect(ran.stdout).toContain('CVE-2024-0001');
    expect(ran.stdout).toMatch(/base .*base\.tar \(layer 1\)/);
  });

  test('no escape without a terminal, whatever the environment says', async () => {
    for (const env of [{}, { NO_COLOR: '1' }, { FORCE_COLOR: '3', TERM: 'xterm-256color', CLICOLOR_FORCE: '1' }]) {
      const ran = await place.plimsoll(['scan', archive, '--offline'], { env });
      expect(ran.stdout + ran.stderr).not.toContain('\u001b');
    }
  });

  test('no line is wider than 80 columns without a terminal', async () => {
    const { stdout } = await scanWithDb();
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
  });

  test('--timings says the stages on standard error, --quiet says nothing there', async () => {
    // From the cache an archive that is known is not opened.
    const lines = (await scan('--timings', '--no-cache')).stderr.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^\w+ +[\d.]+ ms$/);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['find', 'open', 'judge', 'report']),
    );
    expect((await scan('--quiet')).stderr).toBe('');
  });

  test('--no-cache leaves nothing behind', async () => {
    const cache = place.at('unused-cache');
    expect((await scan('--no-cache', '--cache-dir', cache)).status).toBe(2);
    expect(existsSync(cache) ? readdirSync(cache, { recursive: true }) : []).toEqual([]);
  });
});
