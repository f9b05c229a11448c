import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CodedError, type ImageRecord, parseDigest } from '../model/index.ts';
import { RecordIndex } from './record-index.ts';

/** A record as it is kept: with the names under which its image was scanned. */
export interface KeptRecord {
  readonly names: readonly string[];
  /** RFC 3339 */
  readonly keptAt: string;
  readonly record: ImageRecord;
}

const suffix = '.json.zst';
const largestBytes = 512 << 20;

/**
 * Records of scanned images in a folder, one file for each image digest, and an index over them. Files appear whole or not
 * at all; the index is only ever a shorter way to say what they say, and is made from them where it is missing.
 */
export class RecordStore {
  readonly #folder: string;
  #index: RecordIndex | undefined;

  /** @param options.mayBeNew the folder is made where it is missing; else `records-missing` is thrown. */
  constructor(folder: string, options: { readonly mayBeNew: boolean }) {
    this.#folder = folder;
    if (options.mayBeNew) fs.mkdirSync(folder, { recursive: true });
    else if (!fs.existsSync(folder))
      throw new CodedError('records-missing', `there is no folder of records at ${folder}`, {
        hint: 'plimsoll scan IMAGE --keep --records FOLDER keeps them',
      });
  }

  /** The index, made from the records where there is none yet. */
  get index(): RecordIndex {
    this.#index ??= new RecordIndex(path.join(this.#folder, 'index.sqlite'), (index) => this.#fill(index));
    return this.#index;
  }

  /** Keeps a record; an image that was kept before keeps its other names. */
  keep(record: ImageRecord, name: string, now: Date): void {
    const index = this.index;
    const before = this.get(record.image.digest);
    const names = [...new Set([...(before?.names ?? []), name])].sort();
    const kept: KeptRecord = { names, keptAt: now.toISOString(), record };
    const file = this.#fileOf(record.image.digest);
    const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
    try {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(temporary, zstdCompressSync(JSON.stringify(kept)), { flag: 'wx' });
      fs.renameSync(temporary, file);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw new CodedError('record-not-kept', `${file} could not be written: ${(error as Error).message}`, {
        cause: error,
      });
    }
    index.transaction(() => index.put(record, names, kept.keptAt));
  }

  /** The record of an image; undefined where none is kept. Throws `record-unreadable`. */
  get(digest: string): KeptRecord | undefined {
    const file = this.#fileOf(digest);
    return fs.existsSync(file) ? read(file) : undefined;
  }

  close(): void {
    this.#index?.close();
    this.#index = undefined;
  }

  #fill(index: RecordIndex): void {
    const files = fs
      .readdirSync(this.#folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(suffix))
      .sort();
    for (const name of files) {
      const { record, names, keptAt } = read(path.join(this.#folder, name));
      index.put(record, names, keptAt);
    }
  }

  #fileOf(digest: string): string {
    if (parseDigest(digest) === undefined) throw new Error(`${digest} is no digest`);
    const hex = digest.slice(digest.indexOf(':') + 1);
    return path.join(this.#folder, hex.slice(0, 2), `${digest.replace(':', '-')}${suffix}`);
  }
}

function read(file: string): KeptRecord {
  try {
    const text = zstdDecompressSync(fs.readFileSync(file), { maxOutputLength: largestBytes }).toString('utf8');
    const value = JSON.parse(text) as Partial<KeptRecord>;
    if (typeof value.record?.image?.digest !== 'string' || !Array.isArray(value.names))
      throw new Error('it holds no record');
    return value as KeptRecord;
  } catch (error) {
    throw new CodedError('record-unreadable', `${file} could not be read: ${(error as Error).message}`, {
      hint: 'delete it and scan the image again with --keep',
      cause: error,
    });
  }
}
