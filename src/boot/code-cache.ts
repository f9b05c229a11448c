import fs from 'node:fs';
import path from 'node:path';
import { checksum } from './checksum.ts';

/** How often a piece's code is kept anew: the first run compiles what others may not need, and V8 drops what lay idle. */
const generations = 2;

/** After the code: its checksum, and how often it was kept. */
const tailBytes = 5;

/** A kept piece that nobody has made anew for so long belongs to a program that is gone. */
const idleMs = 60 * 86_400_000;

export interface KeptCode {
  readonly bytes: Buffer;
  readonly generation: number;
}

/**
 * Compiled code of the program's pieces between runs, by what they are used for: one file each, in a folder that nobody else
 * may write, since V8 believes what it is given. A folder that can't be had is no error: the program starts slower.
 */
export class CodeCache {
  readonly #folder: string;
  readonly #use: string;

  /** `use` is what the run is for; its code is kept apart from other runs'. */
  constructor(folder: string, use: string) {
    this.#folder = folder;
    this.#use = /^[a-z][a-z-]{0,20}$/.test(use) ? use : 'any';
  }

  get(piece: string): KeptCode | undefined {
    try {
      if (!isOurs(fs.statSync(this.#folder))) return undefined;
      const file = fs.readFileSync(this.#fileOf(piece));
      const bytes = file.subarray(0, -tailBytes);
      // A crash of the machine leaves files that are there and not whole, and V8 would run what it finds.
      return checksum(bytes) === file.readInt32LE(bytes.length) ? { bytes, generation: file.at(-1)! } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether a piece should be kept after a run that found `kept`. */
  isWanting(kept: KeptCode | undefined): boolean {
    return kept === undefined || kept.generation < generations;
  }

  /** Keeps pieces: whole or not at all, whatever else runs or ends this. */
  put(pieces: ReadonlyMap<string, KeptCode>): void {
    try {
      fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      if (!isOurs(fs.statSync(this.#folder))) return;
      this.#forgetIdle();
      for (const [piece, { bytes, generation }] of pieces) {
        const temporary = `${this.#fileOf(piece)}.${process.pid}.tmp`;
        const tail = Buffer.alloc(tailBytes);
        tail.writeInt32LE(checksum(bytes), 0);
        tail.writeUInt8(Math.min(generation, generations), tailBytes - 1);
        fs.writeFileSync(temporary, Buffer.concat([bytes, tail]), { mode: 0o600 });
        fs.renameSync(temporary, this.#fileOf(piece));
      }
    } catch {
      // A full disk, a home that can't be written.
    }
  }

  #fileOf(piece: string): string {
    return path.join(this.#folder, `${piece}.${this.#use}`);
  }

  #forgetIdle(): void {
    const before = Date.now() - idleMs;
    for (const name of fs.readdirSync(this.#folder)) {
      const file = path.join(this.#folder, name);
      if ((fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? before) < before) fs.rmSync(file, { force: true });
    }
  }
}

function isOurs(folder: fs.Stats): boolean {
  return folder.uid === process.getuid?.() && (folder.mode & 0o022) === 0;
}
