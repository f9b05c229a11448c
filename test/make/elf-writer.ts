/**
 * Writes small ELF objects for tests: any class, byte order and machine, with the segments and sections that a test
 * asks for. One loaded segment covers the whole file.
 */
export interface ElfSpec {
  readonly is64?: boolean;
  readonly bigEndian?: boolean;
  /** e_type; 3 (ET_DYN) unless said. */
  readonly type?: number;
  readonly machine?: number;
  readonly interpreter?: string;
  /** Makes a dynamic section; further entries as tag and value. */
  readonly dynamic?: {
    readonly needed?: readonly string[];
    readonly soname?: string;
    readonly runpath?: string;
    readonly entries?: readonly (readonly [tag: number, value: number])[];
    /** Further strings of the dynamic string table: names of symbols. */
    readonly symbols?: readonly string[];
  };
  /** Flags of PT_GNU_STACK; none is written where absent. */
  readonly stackFlags?: number;
  readonly relro?: boolean;
  readonly buildId?: Uint8Array;
  /** Named sections, in order; each is aligned to 16. A function is given the address of the section. */
  readonly sections?: Readonly<Record<string, Uint8Array | ((address: number) => Uint8Array)>>;
  /** No section headers, as after sstrip. */
  readonly withoutSections?: boolean;
  /** Counts stand in section 0, as where they do not fit the header. */
  readonly extendedNumbers?: boolean;
}

export const elfBase = 0x400000;

/** The bytes of an object. */
export function writeElf(spec: ElfSpec): Buffer {
  const is64 = spec.is64 ?? true;
  const little = !(spec.bigEndian ?? false);
  const out = new Pieces(is64, little);
  const segments: { type: number; flags: number; offset: number; size: number }[] = [];
  const segmentCount =
    1 +
    (spec.interpreter === undefined ? 0 : 1) +
    (spec.dynamic === undefined ? 0 : 1) +
    (spec.stackFlags === undefined ? 0 : 1) +
    (spec.relro === true ? 1 : 0) +
    (spec.buildId === undefined ? 0 : 1);
  const headerSize = is64 ? 64 : 52;
  const segmentSize = is64 ? 56 : 32;
  out.skip(headerSize + segmentCount * segmentSize);

  if (spec.interpreter !== undefined) {
    const bytes = Buffer.from(`${spec.interpreter}\0`);
    segments.push({ type: 3, flags: 4, offset: out.put(bytes), size: bytes.length });
  }
  if (spec.buildId !== undefined) {
    const note = out.words32([4, spec.buildId.length, 3], Buffer.from('GNU\0'), Buffer.from(spec.buildId));
    segments.push({ type: 4, flags: 4, offset: out.put(note, 4), size: note.length });
  }
  if (spec.dynamic !== undefined) {
    const { needed = [], soname, runpath, entries = [], symbols = [] } = spec.dynamic;
    const strings = new Strings();
    const pairs: [number, number][] = needed.map((name) => [1, strings.add(name)]);
    if (soname !== undefined) pairs.push([14, strings.add(soname)]);
    if (runpath !== undefined) pairs.push([29, strings.add(runpath)]);
    for (const symbol of symbols) strings.add(symbol);
    const table = strings.bytes();
    const stringsAt = out.put(table);
    pairs.push(
      [5, elfBase + stringsAt],
      [10, table.length],
      ...entries.map(([tag, value]): [number, number] => [tag, value]),
      [0, 0],
    );
    const dynamic = Buffer.concat(pairs.map(([tag, value]) => Buffer.concat([out.word(tag), out.word(value)])));
    segments.push({ type: 2, flags: 6, offset: out.put(dynamic, 8), size: dynamic.length });
  }
  if (spec.stackFlags !== undefined) segments.push({ type: 0x6474e551, flags: spec.stackFlags, offset: 0, size: 0 });
  if (spec.relro === true) segments.push({ type: 0x6474e552, flags: 4, offset: 0, size: 16 });

  const placed = Object.entries(spec.sections ?? {}).map(([name, content]) => {
    const offset = out.align(16);
    const bytes = Buffer.from(typeof content === 'function' ? content(elfBase + offset) : content);
    out.put(bytes);
    return { name, offset, size: bytes.length };
  });
  let sectionsAt = 0;
  let sectionCount = 0;
  if (spec.withoutSections !== true) {
    const names = new Strings();
    const nameOffsets = placed.map(({ name }) => names.add(name));
    const ownName = names.add('.shstrtab');
    const table = names.bytes();
    const namesAt = out.put(table);
    sectionCount = placed.length + 2;
    const extended = spec.extendedNumbers === true;
    const headers = [
      out.section({
        name: 0,
        type: 0,
        size: extended ? sectionCount : 0,
        link: extended ? sectionCount - 1 : 0,
        info: segmentCount,
      }),
      ...placed.map((one, index) =>
        out.section({
          name: nameOffsets[index] ?? 0,
          type: 1,
          offset: one.offset,
          address: elfBase + one.offset,
          size: one.size,
        }),
      ),
      out.section({ name: ownName, type: 3, offset: namesAt, size: table.length }),
    ];
    sectionsAt = out.put(Buffer.concat(headers), 8);
  }

  segments.unshift({ type: 1, flags: 6, offset: 0, size: out.length });
  const extended = spec.extendedNumbers === true && spec.withoutSections !== true;
  const header = Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, little ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    out.half(spec.type ?? 3),
    out.half(spec.machine ?? 62),
    out.word32(1),
    out.word(elfBase),
    out.word(headerSize),
    out.word(sectionsAt),
    out.word32(0),
    out.half(headerSize),
    out.half(segmentSize),
    out.half(extended ? 0xffff : segmentCount),
    out.half(is64 ? 64 : 40),
    out.half(extended ? 0 : sectionCount),
    out.half(extended ? 0xffff : Math.max(0, sectionCount - 1)),
  ]);
  return out.finish(Buffer.concat([header, ...segments.map((segment) => out.segment(segment))]));
}

class Strings {
  readonly #parts: Buffer[] = [Buffer.from([0])];
  #length = 1;

  add(text: string): number {
    const at = this.#length;
    const bytes = Buffer.from(`${text}\0`);
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return at;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

class Pieces {
  readonly #is64: boolean;
  readonly #little: boolean;
  readonly #parts: Buffer[] = [];
  length = 0;

  constructor(is64: boolean, little: boolean) {
    this.#is64 = is64;
    this.#little = little;
  }

  skip(bytes: number): void {
    this.#parts.push(Buffer.alloc(bytes));
    this.length += bytes;
  }

  align(to: number): number {
    const rest = this.length % to;
    if (rest !== 0) this.skip(to - rest);
    return this.length;
  }

  put(bytes: Buffer, alignment = 1): number {
    const at = this.align(alignment);
    this.#parts.push(bytes);
    this.length += bytes.length;
    return at;
  }

  finish(start: Buffer): Buffer {
    const all = Buffer.concat(this.#parts);
    start.copy(all, 0);
    return all;
  }

  half(value: number): Buffer {
    const bytes = Buffer.alloc(2);
    if (this.#little) bytes.writeUInt16LE(value);
    else bytes.writeUInt16BE(value);
    return bytes;
  }

  word32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    if (this.#little) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  }

  word(value: number): Buffer {
    if (!this.#is64) return this.word32(value);
    const bytes = Buffer.alloc(8);
    if (this.#little) bytes.writeBigUInt64LE(BigInt(value));
    else bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  }

  words32(values: readonly number[], ...tail: readonly Buffer[]): Buffer {
    return Buffer.concat([...values.map((value) => this.word32(value)), ...tail]);
  }

  segment({ type, flags, offset, size }: { type: number; flags: number; offset: number; size: number }): Buffer {
    const address = elfBase + offset;
    return this.#is64
      ? Buffer.concat([
          this.word32(type),
          this.word32(flags),
          ...[offset, address, address, size, size, 16].map((value) => this.word(value)),
        ])
      : this.words32([type, offset, address, address, size, size, flags, 16]);
  }

  section(one: {
    name: number;
    type: number;
    offset?: number;
    address?: number;
    size?: number;
    link?: number;
    info?: number;
  }): Buffer {
    const { name, type, offset = 0, address = 0, size = 0, link = 0, info = 0 } = one;
    const middle = [0, address, offset, size].map((value) => this.word(value));
    return Buffer.concat([
      this.word32(name),
      this.word32(type),
      ...middle,
      this.word32(link),
      this.word32(info),
      this.word(16),
      this.word(0),
    ]);
  }
}
