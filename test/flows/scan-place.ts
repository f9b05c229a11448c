import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importAdvisories } from '../../src/flows/advisories/index.ts';
import {
  assess,
  type Judged,
  judgeRecord,
  scanContents,
  type ScanOptions,
  Timings,
} from '../../src/flows/scan/index.ts';
import type { ImageRecord, Package, VulnerabilityFinding } from '../../src/model/index.ts';
import { realImage } from '../make/real-images/index.ts';
import { root } from '../cli/plimsoll.ts';

/** The day on which the tests judge. */
export const testDay = new Date('2026-06-01T12:00:00Z');

export type RecordOptions = Partial<Pick<ScanOptions, 'base' | 'platform' | 'offline' | 'noCache'>> & {
  /** Beside what the place says: credentials, an engine. */
  readonly env?: ScanOptions['env'];
};

/** Where one test file scans: a cache, a home and an advisory database of its own. */
export class ScanPlace {
  readonly path = mkdtempSync(join(tmpdir(), 'plimsoll-flows-'));
  #database: string | undefined;

  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  folder(...parts: readonly string[]): string {
    const path = this.at(...parts);
    mkdirSync(path, { recursive: true });
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Imports advisories, the project's own few unless told otherwise: what is scanned from now on is looked up there. */
  async importAdvisories(...paths: readonly string[]): Promise<string> {
    this.#database ??= this.at('advisories.db');
    await importAdvisories({
      paths: paths.length === 0 ? [join(root, 'data/demo-advisories')] : paths,
      database: this.#database,
      replace: false,
      builtAt: '2026-05-31T00:00:00Z',
      now: testDay,
    });
    return this.#database;
  }

  /** Scans whatever the input names, as the command does up to the verdict. */
  async scan(input: string, { env, ...given }: RecordOptions = {}): Promise<ImageRecord> {
    const options = {
      offline: false,
      noCache: false,
      insecureHttp: false,
      cacheDirectory: this.folder('cache'),
      env: {
        HOME: this.folder('home'),
        PATH: process.env['PATH'],
        DOCKER_HOST: `unix://${this.at('none.sock')}`,
        ...env,
      },
      now: testDay,
      signal: new AbortController().signal,
      timings: new Timings(() => 0),
      ...given,
    };
    const database = this.#database ?? this.at('no.db');
    const scanned = await scanContents(input, options);
    return assess(scanned, { ...options, databasePath: database, databaseIsAsked: this.#database !== undefined });
  }

  /** Scans a real image from its archive, optionally on the real image that it was built on. */
  async scanReal(
    name: string,
    options: { readonly base?: string; readonly noCache?: boolean } = {},
  ): Promise<ImageRecord> {
    const { archive } = await realImage(name);
    const base = options.base === undefined ? {} : { base: `archive:${(await realImage(options.base)).archive}` };
    return this.scan(`archive:${archive}`, { ...options, ...base });
  }

  judge(record: ImageRecord, policy?: string): Promise<Judged> {
    return judgeRecord(record, {
      now: testDay,
      waiverFiles: [],
      vexFiles: [],
      ...(policy === undefined ? {} : { policy }),
    });
  }
}

/** Packages of one type that a container sees, as lines of their parts, sorted. */
export function packageLines(
  record: ImageRecord,
  type: string,
  line: (found: Package) => string = ({ name, version }) => `${name} ${version}`,
): string[] {
  return record.packages
    .filter((found) => found.type === type && found.place.deletedIn === undefined)
    .map(line)
    .sort();
}

/** What is known to be wrong with packages: `minimist 0.0.8 CVE-2021-44906 fixed 0.2.4 critical (vendor)`, sorted. */
export function vulnerabilityLines(record: ImageRecord): string[] {
  return vulnerabilitiesOf(record)
    .map(
      ({ packageName, packageVersion, advisory, fix, severity, severitySource }) =>
        `${packageName} ${packageVersion} ${advisory} ${[fix.state, fix.version].join(' ').trim()}, ${severity} (${severitySource})`,
    )
    .sort();
}

export function vulnerabilitiesOf(record: ImageRecord): VulnerabilityFinding[] {
  return record.findings.filter((finding) => finding.kind === 'vulnerability');
}

/** The lines of a text, sorted, without empty ones. */
export function sortedLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}
