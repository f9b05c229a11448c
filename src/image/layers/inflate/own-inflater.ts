import { compileModule } from '../../../formats/web-assembly.ts';
import type { RawInflater } from '../gzip-members.ts';
import { layerUnreadable } from '../layer-unreadable.ts';
import { inflateCode } from './inflate-code.table.ts';

/** What inflate.as.ts exports; places are bytes of its memory. */
interface InflateExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  input(): number;
  plain(): number;
  begin(): void;
  given(end: number): void;
  consumed(): number;
  produced(): number;
  taken(): void;
  run(): number;
}

/** What `run` says. */
const needsInput = 0;
const streamEnded = 2;
/** From 3 on, in zlib's words. */
const faults = [
  'invalid block type',
  'invalid stored block lengths',
  'invalid code lengths set',
  'invalid literal/length code',
  'invalid distance',
];

/** Input at once; its memory has room for what of the piece before was not a whole symbol. */
const pieceBytes = 1 << 16;

let instance: (() => InflateExports) | null | undefined;
/** One that nobody uses: most layers of a thread are read one after another. */
let spare: InflateExports | undefined;

/** Our own inflater; undefined where this machine's WebAssembly has no 128-bit vectors. */
export function ownInflater(): OwnInflater | undefined {
  if (instance === undefined) instance = compileModule<InflateExports>(Buffer.from(inflateCode, 'base64')) ?? null;
  if (instance === null) return undefined;
  const code = spare ?? instance();
  spare = undefined;
  return new OwnInflater(code);
}

/**
 * A fifth faster than Node's zlib on any machine, and what a hostile stream could make it do wrong ends in half a megabyte of
 * memory of its own. Whoever uses it verifies the plain bytes.
 */
class OwnInflater implements RawInflater {
  readonly #code: InflateExports;
  readonly #memory: Buffer;
  readonly #inputAt: number;
  readonly #plainAt: number;
  #inputEnd = 0;

  constructor(code: InflateExports) {
    this.#code = code;
    this.#memory = Buffer.from(code.memory.buffer);
    this.#inputAt = code.input();
    this.#plainAt = code.plain();
    this.begin();
  }

  begin(): void {
    this.#code.begin();
    this.#inputEnd = this.#inputAt;
  }

  inflate(packed: Buffer, from: number, sink: (plain: Buffer) => void): { at: number; early?: Buffer } {
    const code = this.#code;
    const memory = this.#memory;
    for (let at = from; at < packed.length;) {
      const kept = this.#inputEnd - code.consumed();
      memory.copyWithin(this.#inputAt, code.consumed(), this.#inputEnd);
      const copied = packed.copy(memory, this.#inputAt + kept, at, at + pieceBytes);
      at += copied;
      this.#inputEnd = this.#inputAt + kept + copied;
      code.given(this.#inputEnd);
      for (;;) {
        const said = code.run();
        if (said > streamEnded) throw layerUnreadable('gzip', faults[said - streamEnded - 1]!);
        const end = code.produced();
        if (end > this.#plainAt) {
          sink(memory.subarray(this.#plainAt, end));
          code.taken();
        }
        if (said === needsInput) break;
        if (said !== streamEnded) continue;
        const left = this.#inputEnd - code.consumed();
        const early = left > copied ? memory.subarray(code.consumed(), this.#inputEnd - copied) : nothing;
        return { at: at - Math.min(left, copied), early: Buffer.from(early) };
      }
    }
    return { at: packed.length };
  }

  close(): void {
    spare = this.#code;
  }
}

const nothing = Buffer.alloc(0);
