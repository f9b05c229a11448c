import { type TarEntry, type TarHandler, TarReader } from '../../formats/tar/index.ts';
import type { LayerBlob } from '../image.ts';
import { unpackLayer } from '../layers/index.ts';

/** A place where a byte string occurs. */
export interface FoundBytes {
  /** Which of them. */
  readonly index: number;
  /** The member of the archive, as written. */
  readonly path: string;
}

/** Looks for byte strings in the files of a layer; gives the first place of each. None may be empty. */
export async function findBytes(
  blob: LayerBlob,
  wanted: readonly Buffer[],
  { label, signal }: { readonly label: string; readonly signal: AbortSignal },
): Promise<FoundBytes[]> {
  const finder = new Finder(wanted);
  const reader = new TarReader(finder);
  await unpackLayer(
    await blob.locate(),
    { diffId: blob.diffId, label, signal },
    { write: (plain) => reader.push(plain) },
  );
  return [...finder.found.values()];
}

class Finder implements TarHandler {
  readonly found = new Map<number, FoundBytes>();
  readonly #wanted: readonly Buffer[];
  /** What one piece must keep of the one before it, so that nothing is missed between them. */
  readonly #overlap: number;
  #path = '';
  #tail = Buffer.alloc(0);

  constructor(wanted: readonly Buffer[]) {
    this.#wanted = wanted;
    this.#overlap = Math.max(0, ...wanted.map(({ length }) => length - 1));
  }

  entry(entry: TarEntry): void {
    this.#path = entry.name;
    this.#tail = Buffer.alloc(0);
  }

  data(bytes: Buffer): void {
    const text = this.#tail.length === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    for (const [index, each] of this.#wanted.entries())
      if (!this.found.has(index) && text.includes(each)) this.found.set(index, { index, path: this.#path });
    this.#tail = Buffer.from(text.subarray(Math.max(0, text.length - this.#overlap)));
  }

  entryEnd(): void {}
}
