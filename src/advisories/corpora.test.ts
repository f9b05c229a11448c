import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Package } from '../model/index.ts';
import { openAdvisoryDatabase } from './database/advisory-database.ts';
import type { AdvisoryDatabase } from './database/advisory-database.ts';
import { DatabaseBuilder } from './database/database-builder.ts';
import { feedImporter } from './feed-importer.ts';
import { readOsvRecord } from './feeds/osv-record.ts';
import type { ImportReport } from './import-report.ts';
import { makePackage } from './made-database.ts';
import { matchAdvisories } from './match/match-advisories.ts';

const data = join(import.meta.dirname, '../../../shared/data');
const isThere = existsSync(join(data, 'advisories'));

/** Skipped where ../shared/data is missing: its files may not be copied into the project. */
describe.skipIf(!isThere)('the collected advisories of ../shared/data', () => {
  let folder: string;
  let database: AdvisoryDatabase;
  let report: ImportReport;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-corpora-'));
    const builder = new DatabaseBuilder(join(folder, 'a.db'), 'import', { replace: true });
    const importer = await feedImporter(builder);
    await importer.importPath(join(data, 'advisories'));
    await importer.importPath(join(data, 'intel'));
    builder.finish('2026-11-23T00:00:00Z');
    ({ report } = importer);
    database = openAdvisoryDatabase(join(folder, 'a.db'));
  });
  afterAll(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  test('all are taken but the seven that break the schema', () => {
    expect(report).toMatchObject({
      records: 32_767,
      withdrawn: 40,
      skipped: 7,
      exploited: 1_404,
      unsupportedPackages: 45,
    });
    expect(report.skippedNames.map(({ id }) => id)).toEqual([
      'PYSEC-2021-371',
      'PYSEC-2021-424',
      'PYSEC-2021-425',
      'PYSEC-2021-436',
      'PYSEC-2019-155',
      'PYSEC-2017-27',
      'PYSEC-2023-80',
    ]);
    expect(database.ecosystems().map(({ name, advisories }) => [name, advisories])).toEqual([
      ['Alpine:v3.10', 1862],
      ['Alpine:v3.11', 2050],
      ['Alpine:v3.9', 1676],
      ['Debian:10', 945],
      ['Debian:11', 410],
      ['Debian:12', 13816],
      ['Debian:9', 1568],
      ['Go', 4274],
      ['PyPI', 2644],
      ['RubyGems', 1176],
      ['crates.io', 1193],
      ['npm', 921],
    ]);
  });

  test('our check of records agrees with the published JSON Schema on every one', async () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(join(data, 'specs/osv-schema.json'), 'utf8')) as object);
    const different: string[] = [];
    for (const name of readdirSync(join(data, 'advisories')).filter((one) => one.includes('.ndjson'))) {
      const file = createReadStream(join(data, 'advisories', name));
      for await (const line of createInterface({ input: name.endsWith('.gz') ? file.pipe(createGunzip()) : file })) {
        const record = JSON.parse(line) as { id: string };
        if (validate(record) !== isAccepted(record)) different.push(record.id);
      }
    }
    expect(different).toEqual([]);
  });

  test('one finding for PyYAML, by CVE, with the ids of all who speak of it', () => {
    expect(
      findings(makePackage({ type: 'pypi', name: 'PyYAML', version: '5.3', scheme: 'pep440', ecosystem: 'PyPI' })),
    ).toEqual([
      ['CVE-2020-14343', 'GHSA-8q59-q68h-6hv4 PYSEC-2021-142', 'unknown', '5.4'],
      ['CVE-2020-1747', 'GHSA-6757-jp84-gxfx PYSEC-2020-96', 'unknown', '5.3.1'],
    ]);
  });

  test('a DSA on five CVEs gives five findings for Xen', () => {
    const xen = makePackage({
      type: 'deb',
      name: 'xen-utils-4.14',
      version: '4.14.5+86-g1c354767d5-1',
      scheme: 'deb',
      ecosystem: 'Debian:11',
      source: { name: 'xen', version: '4.14.5+86-g1c354767d5-1' },
    });
    expect(findings(xen).slice(0, 5)).toEqual([
      ['CVE-2022-23824', 'DSA-5378-1', 'unknown', '4.14.5+94-ge49571868d-1'],
      ['CVE-2022-42331', 'DSA-5378-1', 'unknown', '4.14.5+94-ge49571868d-1'],
      ['CVE-2022-42332', 'DSA-5378-1', 'unknown', '4.14.5+94-ge49571868d-1'],
      ['CVE-2022-42333', 'DSA-5378-1', 'unknown', '4.14.5+94-ge49571868d-1'],
      ['CVE-2022-42334', 'DSA-5378-1', 'unknown', '4.14.5+94-ge49571868d-1'],
    ]);
  });

  test("Debian's unfixed ones: unimportant is negligible, no-dsa will not be fixed", () => {
    const apt = makePackage({ type: 'deb', name: 'apt', version: '2.6.1', scheme: 'deb', ecosystem: 'Debian:12' });
    const ncurses = makePackage({
      ...apt,
      name: 'libtinfo6',
      version: '6.4-4',
      source: { name: 'ncurses', version: '6.4-4' },
    });
    expect(findings(apt)).toContainEqual(['CVE-2011-3374', 'DEBIAN-CVE-2011-3374', 'negligible', 'not-fixed']);
    expect(findings(ncurses)).toContainEqual(['CVE-2023-50495', 'DEBIAN-CVE-2023-50495', 'unknown', 'wont-fix']);
  });

  test("Alpine's origin packages, an old crate with its CVSS score, an exploited gem", () => {
    const crypto = makePackage({
      type: 'apk',
      name: 'libcrypto1.1',
      version: '1.1.1a-r0',
      scheme: 'apk',
      ecosystem: 'Alpine:v3.10',
      source: { name: 'openssl', version: '1.1.1a-r0' },
    });
    expect(findings(crypto)).toContainEqual(['CVE-2019-1543', 'ALPINE-CVE-2019-1543', 'unknown', '1.1.1b-r1']);
    const crate = makePackage({
      type: 'cargo',
      name: 'openssl',
      version: '0.8.0',
      scheme: 'semver',
      ecosystem: 'crates.io',
    });
    expect(findings(crate)).toContainEqual([
      'CVE-2016-10931',
      'GHSA-34p9-f4q3-c4r7 RUSTSEC-2016-0001',
      'high',
      '0.9.0',
    ]);
    const gem = makePackage({
      type: 'gem',
      name: 'actionpack',
      version: '4.0.1',
      scheme: 'gem',
      ecosystem: 'RubyGems',
    });
    const exploited = matchAdvisories(database, { packages: [gem] }).findings.filter(
      (one) => one.exploited !== undefined,
    );
    expect(exploited.map(({ advisory, exploited: since }) => [advisory, since?.since])).toEqual([
      ['CVE-2014-0130', '2022-03-25'],
    ]);
  });

  function findings(item: Package): readonly (readonly string[])[] {
    return matchAdvisories(database, { packages: [item] }).findings.map((one) => [
      one.advisory,
      one.aliases.join(' '),
      one.severity,
      one.fix.version ?? one.fix.state,
    ]);
  }
});

function isAccepted(record: unknown): boolean {
  try {
    readOsvRecord(record);
    return true;
  } catch {
    return false;
  }
}
