import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Package } from '../model/index.ts';
import { openAdvisoryDatabase } from './database/advisory-database.ts';
import type { AdvisoryDatabase } from './database/advisory-database.ts';
import { DatabaseBuilder } from './database/database-builder.ts';
import { feedImporter } from './feed-importer.ts';
import type { ImportReport } from './import-report.ts';

/** For tests: a database made by the real importer from the texts of feed files. */
export interface MadeDatabase {
  readonly path: string;
  readonly database: AdvisoryDatabase;
  readonly report: ImportReport;
  /** Imports more into it, as a later call would; gives the report and the database opened anew. */
  add(files: Readonly<Record<string, string | Uint8Array>>): Promise<MadeDatabase>;
  remove(): void;
}

export async function makeDatabase(files: Readonly<Record<string, string | Uint8Array>>): Promise<MadeDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-advisories-'));
  return build(folder, files);
}

/** One OSV record a line. */
export function ndjson(...records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

async function build(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<MadeDatabase> {
  const path = join(folder, 'advisories.db');
  const builder = new DatabaseBuilder(path, 'import', { replace: false });
  const importer = await feedImporter(builder);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
    await importer.importPath(join(folder, name));
    rmSync(join(folder, name));
  }
  builder.finish('2026-11-23T06:00:00Z');
  builder.abandon();
  const database = openAdvisoryDatabase(path);
  return {
    path,
    database,
    report: importer.report,
    add(more) {
      database.close();
      return build(folder, more);
    },
    remove() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** For tests: a package as assembly makes it. */
export function makePackage(facts: Pick<Package, 'type' | 'name' | 'version' | 'scheme'> & Partial<Package>): Package {
  const { type, name, version } = facts;
  return {
    id: `${type}-${name}-${version}`,
    purl: `pkg:${type}/${name}@${version}`,
    licenses: [],
    evidence: 'installed',
    cataloger: type,
    place: { path: `/opt/${name}` as NonNullable<Package['place']['path']>, owner: 'app', layer: 1 },
    ...facts,
  };
}
