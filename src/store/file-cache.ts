import { hash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const magic = Buffer.from('plimsoll');
const checkBytes = 16;

/**
 * Bytes kept under a key in a folder, one file each. Safe for any number of processes at once and for kill -9: a file
 * appears whole or not at all, and one that does not match its own checksum counts as absent. When all files together
 * pass the bound, those not used for the longest time go.
 */
export class FileCache {
  readonly #directory: string;
  readonly #maxBytes: number;

  constructor(directory: string, maxBytes: number) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
  }

  /** Whether there is a file for the key; whether it is whole shows when it is read. */
  has(key: string): boolean {
    return fs.existsSync(path.join(this.#directory, key));
  }

  /** The bytes for a key; undefined where there are none. Keys are file names: letters, digits, `-`, `.`. */
  get(key: string): Buffer | undefined {
    const file = path.join(this.#directory, key);
    let bytes: Buffer;
    try {
      bytes = fs.readFileSync(file);
    } catch {
      return undefined;
    }
    const body = bytes.subarray(magic.length + checkBytes);
    const isWhole = bytes.length >= magic.length + checkBytes && bytes.subarray(0, magic.length).equals(magic);
    if (!isWhole || !bytes.subarray(magic.length, magic.length + checkBytes).equals(check(body))) {
      fs.rmSync(file, { force: true });
      return undefined;
    }
    this.#touch(file);
    return body;
  }

  /** Keeps bytes under a key. A cache that can't be written (full disk, read-only home) is no error: nothing is kept. */
  put(key: string, parts: readonly Uint8Array[]): void {
    const temporary = path.join(this.#directory, `${key}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
    try {
      fs.mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      fs.writeFileSync(temporary, Buffer.concat([magic, check(...parts), ...parts]), { flag: 'wx', mode: 0o600 });
      fs.renameSync(temporary, path.join(this.#directory, key));
    } catch {
      try {
        fs.rmSync(temporary, { force: true });
      } catch {
        // There is no folder to delete it from.
      }
    }
  }

  /** Deletes what was used longest ago until the bound holds, and temporary files that a killed process left. */
  prune(now: Date): void {
    let names: string[];
    try {
      names = fs.readdirSync(this.#directory);
    } catch {
      return;
    }
    const files: { file: string; sizeBytes: number; usedMs: number }[] = [];
    for (const name of names) {
      const file = path.join(this.#directory, name);
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile()) continue;
      if (name.endsWith('.tmp') && now.getTime() - stat.mtimeMs > 86_400_000) fs.rmSync(file, { force: true });
      else files.push({ file, sizeBytes: stat.size, usedMs: stat.mtimeMs });
    }
    let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    files.sort((a, b) => a.usedMs - b.usedMs);
    for (const { file, sizeBytes } of files) {
      if (total <= this.#maxBytes) return;
      fs.rmSync(file, { force: true });
      total -= sizeBytes;
    }
  }

  #touch(file: string): void {
    try {
      const now = new Date();
      fs.utimesSync(file, now, now);
    } catch {
      // Only the order of pruning suffers.
    }
  }
}

function check(...parts: readonly Uint8Array[]): Buffer {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  // Through text: the first buffer that Node makes outside JavaScript has V8 throw away all compiled code that asks how long arrays are.
  return Buffer.from(hash('sha256', bytes, 'hex'), 'hex').subarray(0, checkBytes);
}
