import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { ByteRange } from '../../formats/elf/index.ts';
import { type ByteSource, bytesSource } from '../../model/index.ts';

/** More than this is kept in a nameless temporary file, which costs three times as much. */
const memoryBytes = 20 << 20;

/** The contents of one file after another, kept for random access until the next one begins. */
export class KeptContent {
  readonly #spool: Spool;
  #memory = Buffer.alloc(0);
  #sizeBytes = 0;
  /** Bytes that are not kept; empty beyond the file's end where all are. */
  #without: ByteRange = { from: 0, to: 0 };
  #keptBytes = 0;

  constructor(spoolDirectory: string) {
    this.#spool = new Spool(spoolDirectory);
  }

  /** A file of so many bytes, of which some need not be kept. */
  begin(sizeBytes: number, without: ByteRange = { from: sizeBytes, to: sizeBytes }): void {
    this.#sizeBytes = sizeBytes;
    this.#without = without;
    this.#keptBytes = sizeBytes - (without.to - without.from);
    if (this.#keptBytes > memoryBytes || this.#memory.length >= this.#keptBytes) return;
    this.#memory = Buffer.allocUnsafeSlow(
      Math.min(memoryBytes, Math.max(this.#keptBytes, this.#memory.length * 2, 1 << 20)),
    );
  }

  /** The file's bytes at a place; every byte comes once, in order. */
  add(bytes: Buffer, at: number): void {
    const { from, to } = this.#without;
    if (at < from) this.#keep(at + bytes.length > from ? bytes.subarray(0, from - at) : bytes, at);
    if (at + bytes.length > to) this.#keep(at < to ? bytes.subarray(to - at) : bytes, Math.max(at, to) - (to - from));
  }

  /** All that was kept, at its place in the file. Reading what was not throws. */
  source(): ByteSource {
    const kept =
      this.#keptBytes > memoryBytes
        ? this.#spool.source(this.#keptBytes)
        : bytesSource(this.#memory.subarray(0, this.#keptBytes));
    const { from, to } = this.#without;
    if (from === to) return kept;
    const mapped = {
      sizeBytes: this.#sizeBytes,
      read: (offset: number, length: number): Uint8Array =>
        kept.read(offset < to ? offset : offset - (to - from), length),
    };
    return refusing(mapped, this.#without);
  }

  close(): void {
    this.#spool.close();
  }

  #keep(bytes: Buffer, at: number): void {
    if (this.#keptBytes > memoryBytes) this.#spool.write(bytes, at);
    else bytes.copy(this.#memory, at);
  }
}

/** A source that throws where bytes of a range are asked for. */
export function refusing(source: ByteSource, { from, to }: ByteRange): ByteSource {
  const { sizeBytes } = source;
  return {
    sizeBytes,
    read(offset, length) {
      if (offset >= to || Math.min(offset + length, sizeBytes) <= from) return source.read(offset, length);
      throw new Error(
        `its machine code, bytes ${from} to ${to}, is not kept, and bytes from ${offset} on were asked for`,
      );
    },
  };
}

/** One nameless temporary file for contents too large for memory; gone with the process, however it ends. */
class Spool {
  readonly #directory: string;
  #fd: number | undefined;
  #buffer = Buffer.alloc(0);

  constructor(directory: string) {
    this.#directory = directory;
  }

  write(bytes: Buffer, offset: number): void {
    if (this.#fd === undefined) {
      fs.mkdirSync(this.#directory, { recursive: true });
      const file = path.join(this.#directory, `spool-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
      this.#fd = fs.openSync(file, 'wx+', 0o600);
      fs.unlinkSync(file);
    }
    for (let at = 0; at < bytes.length;) at += fs.writeSync(this.#fd, bytes, at, bytes.length - at, offset + at);
  }

  source(sizeBytes: number): ByteSource {
    return {
      sizeBytes,
      read: (offset, length) => {
        const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
        if (this.#buffer.length < wanted) this.#buffer = Buffer.allocUnsafeSlow(Math.max(wanted, 1 << 16));
        let got = 0;
        while (got < wanted) {
          const n = fs.readSync(this.#fd!, this.#buffer, got, wanted - got, offset + got);
          if (n === 0) break;
          got += n;
        }
        // No Buffer: its slice() would be a view of memory that the next read overwrites, and readers copy with slice().
        return new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset, got);
      },
    };
  }

  close(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd);
    this.#fd = undefined;
  }
}
