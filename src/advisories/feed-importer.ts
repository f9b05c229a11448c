import type { DatabaseBuilder } from './database/database-builder.ts';
import { feedFiles, feedLimits } from './feeds/feed-files.ts';
import type { FeedFile, FeedLimits, UnreadableFile } from './feeds/feed-files.ts';
import { hasPrototypeKey } from './feeds/hostile-keys.ts';
import {
  distroInfoReader,
  epssDate,
  readEpssLine,
  readExploitedCatalogue,
  readSupportCycles,
  readUnsupportedLine,
} from './feeds/intelligence.ts';
import { readOsvRecord, RecordRefused } from './feeds/osv-record.ts';
import type { Bag } from './feeds/osv-record.ts';
import { prepareAdvisory } from './feeds/prepare-advisory.ts';
import { RecordSplitter } from './feeds/record-splitter.ts';
import type { SplitLimits } from './feeds/record-splitter.ts';
import { cvssScorer } from './feeds/severity.ts';
import type { CvssScorer } from './feeds/severity.ts';
import { emptyReport, namedInReport } from './import-report.ts';
import type { ImportReport, SkippedRecord } from './import-report.ts';

export interface ImportLimits extends FeedLimits, SplitLimits {}

export const importLimits: ImportLimits = {
  ...feedLimits,
  maxRecordBytes: 8 * 1024 ** 2,
  maxDocumentBytes: 64 * 1024 ** 2,
};

interface ImporterOptions {
  readonly limits?: ImportLimits;
  readonly signal?: AbortSignal;
  /** What is dated later is not taken for news. Default: nothing is. */
  readonly now?: Date;
  /** Told after every file, and every few thousand records. */
  readonly progress?: (report: Readonly<ImportReport>, file: string) => void;
}

/** Makes an importer, which puts feeds into a database under construction. */
export async function feedImporter(builder: DatabaseBuilder, options: ImporterOptions = {}): Promise<FeedImporter> {
  return new FeedImporter(builder, await cvssScorer(), options);
}

/** Tells feeds apart by their contents and puts them into the builder; keeps the report. */
class FeedImporter {
  readonly report: ImportReport = emptyReport();
  private readonly builder: DatabaseBuilder;
  private readonly scoreOf: CvssScorer;
  private readonly options: ImporterOptions;
  private readonly limits: ImportLimits;
  private file = '';
  private number = 0;
  private latest = -Infinity;

  constructor(builder: DatabaseBuilder, scoreOf: CvssScorer, options: ImporterOptions) {
    this.builder = builder;
    this.scoreOf = scoreOf;
    this.options = options;
    this.limits = options.limits ?? importLimits;
  }

  /**
   * The moment up to which the advisories that were read tell: when the newest of them was written, RFC 3339; undefined where there
   * is none. One that claims to come from the future says nothing of it, nor do scores and catalogues: nobody is found by them.
   */
  get newest(): string | undefined {
    return Number.isFinite(this.latest) ? `${new Date(this.latest).toISOString().slice(0, 19)}Z` : undefined;
  }

  private noteDate(modified: string): void {
    const time = Date.parse(modified);
    if (time > this.latest && time <= (this.options.now?.getTime() ?? Infinity)) this.latest = time;
  }

  /** Imports all feeds under a path. */
  async importPath(path: string): Promise<void> {
    const heard = {
      unreadable: (file: UnreadableFile): void => this.unreadable(file),
      ignored: (): void => void this.report.ignoredFiles++,
    };
    for await (const file of feedFiles(path, heard, this.limits)) await this.importFile(file);
  }

  private async importFile({ name, chunks }: FeedFile): Promise<void> {
    this.file = name;
    this.number = 0;
    this.report.files++;
    let reader: ((text: string) => void) | undefined;
    const splitter = new RecordSplitter(
      this.limits,
      /\.(?:ndjson|jsonl|csv)(?:\.gz)?$/i.test(name) ? 'lines' : 'unknown',
    );
    const take = (pieces: ReturnType<RecordSplitter['push']>): void => {
      for (const piece of pieces) {
        this.number++;
        if ('oversizedBytes' in piece) this.skip(undefined, `it is ${piece.oversizedBytes} bytes, too large`, true);
        else {
          const text = piece.bytes.toString('utf8');
          reader ??= this.readerFor(name, text);
          reader(text);
        }
      }
    };
    for await (const chunk of chunks) {
      this.options.signal?.throwIfAborted();
      take(splitter.push(chunk));
      this.options.progress?.(this.report, name);
    }
    take(splitter.end());
  }

  /** What a file's first line or value shows it to be. */
  private readerFor(name: string, first: string): (text: string) => void {
    const ended = /security-support-ended\.deb(\d+)(?:\.gz)?$/.exec(name);
    if (ended !== null) return (line) => this.unsupported(ended[1] ?? '', line);
    if (first.startsWith('#model_version') || /^cve,epss,/.test(first)) {
      const wanted = this.builder.beginEpss(epssDate(first));
      return (line) => (wanted ? this.epss(line) : undefined);
    }
    if (first.startsWith('version,codename,series,')) {
      const read = distroInfoReader(first);
      return (line) => {
        const cycle = read(line);
        if (cycle === undefined) return;
        this.builder.addSupport(cycle);
        this.report.supportCycles++;
      };
    }
    if (!first.trimStart().startsWith('{') && !name.includes('json')) {
      this.unreadable({ name, why: 'it is neither OSV nor any other feed that Plimsoll knows' });
      return () => undefined;
    }
    return (text) => this.json(text);
  }

  private json(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.skip(undefined, 'it is not JSON', true);
      return;
    }
    if (hasPrototypeKey(text, value)) {
      this.skip(idOf(value), 'it has a member that reaches for an object prototype', true);
      return;
    }
    if (typeof value === 'object' && value !== null && !('id' in value)) {
      if (this.catalogue(value as Bag)) return;
    }
    this.osv(value, text.length);
  }

  private osv(value: unknown, length: number): void {
    const { report } = this;
    report.records++;
    try {
      if (length > this.limits.maxRecordBytes) throw new RecordRefused(`it is ${length} characters, too large`);
      const record = readOsvRecord(value);
      this.noteDate(record.modified);
      if (record.withdrawn !== undefined) {
        this.builder.withdraw(record.id, record.modified);
        report.withdrawn++;
        return;
      }
      const result = this.builder.add(prepareAdvisory(record, this.scoreOf, report.unusable));
      if (result === 'added') report.added++;
      else if (result === 'older') report.older++;
      else this.duplicate(record.id);
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      this.skip(idOf(value), error.message, false);
    }
  }

  /** Other JSON feeds; false where it is none of them. */
  private catalogue(value: Bag): boolean {
    const exploited = readExploitedCatalogue(value);
    if (exploited !== undefined) {
      this.builder.addExploited(exploited.date, exploited.entries);
      this.report.exploited += exploited.entries.length;
      if (exploited.broken > 0)
        this.skip(undefined, `${exploited.broken} entries of the catalogue break its form`, true);
      return true;
    }
    const cycles = readSupportCycles(value);
    if (cycles === undefined) return false;
    for (const cycle of cycles) this.builder.addSupport(cycle);
    this.report.supportCycles += cycles.length;
    return true;
  }

  private epss(line: string): void {
    const score = readEpssLine(line);
    if (score !== undefined) {
      this.builder.addEpss(score);
      this.report.epss++;
    } else if (!line.startsWith('#') && !line.startsWith('cve,'))
      this.skip(undefined, 'it is no line of EPSS scores', false);
  }

  private unsupported(release: string, line: string): void {
    const found = readUnsupportedLine(release, line);
    if (found === undefined) return;
    this.builder.addUnsupported(found);
    this.report.unsupportedPackages++;
  }

  private get where(): string {
    return `${this.file} record ${this.number}`;
  }

  private skip(id: string | undefined, why: string, counts: boolean): void {
    if (counts) this.report.records++;
    this.report.skipped++;
    note(this.report.skippedNames, { where: this.where, id, why });
  }

  private duplicate(id: string): void {
    this.report.duplicates++;
    note(this.report.duplicateNames, { where: this.where, id, why: 'it says what is known already' });
  }

  private unreadable(file: UnreadableFile): void {
    this.report.unreadableCount++;
    if (this.report.unreadable.length < namedInReport) this.report.unreadable.push(file);
  }
}

function note(names: SkippedRecord[], record: SkippedRecord): void {
  if (names.length < namedInReport) names.push(record);
}

function idOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return undefined;
  const id: unknown = Reflect.get(value, 'id');
  return typeof id === 'string' ? id.slice(0, 200) : undefined;
}
