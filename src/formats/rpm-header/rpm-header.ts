const introBytes = 8;
const entryBytes = 16;
/** rpm's own limit (HEADER_TAGS_MAX). */
const maxEntries = 0xffff;
const int32 = 4;
const int64 = 5;
const string = 6;
const stringArray = 8;
const i18nString = 9;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** A header as an rpm database has it: counts, index, data; undefined where the bytes can't be one. */
export function readRpmHeader(blob: Uint8Array): RpmHeader | undefined {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.length);
  if (bytes.length < introBytes) return undefined;
  const count = bytes.readUInt32BE(0);
  const dataBytes = bytes.readUInt32BE(4);
  const dataStart = introBytes + count * entryBytes;
  if (count === 0 || count > maxEntries || dataStart + dataBytes > bytes.length) return undefined;
  const entries = new Map<number, Entry>();
  for (let at = introBytes; at < dataStart; at += entryBytes)
    // Entries behind a signed region stand for those of the same tag within it: the last one counts.
    entries.set(bytes.readUInt32BE(at), {
      type: bytes.readUInt32BE(at + 4),
      offset: bytes.readUInt32BE(at + 8),
      count: bytes.readUInt32BE(at + 12),
    });
  return new RpmHeader(entries, bytes.subarray(dataStart, dataStart + dataBytes));
}

/** Values of a header by tag. All are undefined where the tag is missing, of another type, or leads out of the data. */
export class RpmHeader {
  readonly #entries: ReadonlyMap<number, Entry>;
  readonly #data: Buffer;

  constructor(entries: ReadonlyMap<number, Entry>, data: Buffer) {
    this.#entries = entries;
    this.#data = data;
  }

  /** A text, or the first of several; at most 64 KiB. */
  text(tag: number): string | undefined {
    const entry = this.#entries.get(tag);
    if (entry === undefined || (entry.type !== string && entry.type !== stringArray && entry.type !== i18nString))
      return undefined;
    if (entry.offset >= this.#data.length) return undefined;
    const end = this.#data.indexOf(0, entry.offset);
    if (end < 0 || end - entry.offset > 64 << 10) return undefined;
    return this.#data.toString('utf8', entry.offset, end);
  }

  /** The first number of a 32 or 64-bit integer tag. */
  number(tag: number): number | undefined {
    const entry = this.#entries.get(tag);
    if (entry === undefined || entry.count === 0) return undefined;
    if (entry.type === int32 && entry.offset + 4 <= this.#data.length) return this.#data.readUInt32BE(entry.offset);
    if (entry.type === int64 && entry.offset + 8 <= this.#data.length)
      return Number(this.#data.readBigUInt64BE(entry.offset));
    return undefined;
  }

  /** The number at a place of a 32-bit integer array. */
  numberAt(tag: number, index: number): number | undefined {
    const entry = this.#entries.get(tag);
    if (entry === undefined || entry.type !== int32 || index >= entry.count) return undefined;
    const at = entry.offset + 4 * index;
    return at + 4 <= this.#data.length ? this.#data.readUInt32BE(at) : undefined;
  }

  /** Hands over the bytes of each text of an array, in order. Tells whether all that it counts were there. */
  eachText(tag: number, onText: (bytes: Uint8Array, index: number) => void): boolean {
    const entry = this.#entries.get(tag);
    if (entry === undefined) return true;
    if (entry.type !== stringArray && entry.type !== string) return false;
    let start = entry.offset;
    for (let index = 0; index < entry.count; index++) {
      const end = start < this.#data.length ? this.#data.indexOf(0, start) : -1;
      if (end < 0) return false;
      onText(this.#data.subarray(start, end), index);
      start = end + 1;
    }
    return true;
  }
}
