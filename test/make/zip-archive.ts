import { crc32, deflateRawSync } from 'node:zlib';

/** A member to write; the second group is for lies. */
export interface ZipMember {
  readonly name: string;
  readonly data: Uint8Array | string;
  readonly stored?: boolean;

  readonly method?: number;
  readonly flags?: number;
  readonly sizeBytes?: number;
  readonly crc?: number;
  readonly headerOffset?: number;
  readonly localExtra?: Uint8Array;
}

export interface ZipOptions {
  readonly comment?: Uint8Array;
  /** Put before the archive, with offsets that do not count it (as `cat script app.jar` makes it). */
  readonly prefix?: Uint8Array;
  /** Write the ZIP64 end record and locator, and ZIP64 sizes for every member. */
  readonly zip64?: boolean;
}

/** Writes a ZIP archive, honest or not, for tests. */
export function zipArchive(members: readonly ZipMember[], options: ZipOptions = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const data = Buffer.from(member.data);
    const packed = member.stored ? data : deflateRawSync(data);
    const header = localHeader(member, data, packed);
    directory.push(directoryHeader(member, { data, packed, offset, zip64: options.zip64 === true }));
    locals.push(header, packed);
    offset += header.length + packed.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const comment = Buffer.from(options.comment ?? []);
  const parts = [options.prefix ?? Buffer.alloc(0), ...locals, directoryBytes];
  const place = { count: members.length, length: directoryBytes.length, offset };
  if (options.zip64) parts.push(end64(place));
  parts.push(
    options.zip64 ? end({ count: 0xffff, length: 0xffffffff, offset: 0xffffffff }, comment) : end(place, comment),
  );
  return Buffer.concat(parts);
}

function localHeader(member: ZipMember, data: Buffer, packed: Buffer): Buffer {
  const name = Buffer.from(member.name);
  const extra = Buffer.from(member.localExtra ?? []);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(member.flags ?? 0, 6);
  header.writeUInt16LE(member.method ?? (member.stored ? 0 : 8), 8);
  header.writeUInt32LE(member.crc ?? crc32(data), 14);
  header.writeUInt32LE(packed.length, 18);
  header.writeUInt32LE(member.sizeBytes ?? data.length, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

interface Written {
  readonly data: Buffer;
  readonly packed: Buffer;
  readonly offset: number;
  readonly zip64: boolean;
}

function directoryHeader(member: ZipMember, { data, packed, offset, zip64 }: Written): Buffer {
  const name = Buffer.from(member.name);
  const sizeBytes = member.sizeBytes ?? data.length;
  const headerOffset = member.headerOffset ?? offset;
  const extra = zip64 ? Buffer.alloc(28) : Buffer.alloc(0);
  if (zip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(sizeBytes), 4);
    extra.writeBigUInt64LE(BigInt(packed.length), 12);
    extra.writeBigUInt64LE(BigInt(headerOffset), 20);
  }
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(member.flags ?? 0, 8);
  header.writeUInt16LE(member.method ?? (member.stored ? 0 : 8), 10);
  header.writeUInt32LE(member.crc ?? crc32(data), 16);
  header.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 20);
  header.writeUInt32LE(zip64 ? 0xffffffff : sizeBytes, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(zip64 ? 0xffffffff : headerOffset, 42);
  return Buffer.concat([header, name, extra]);
}

interface DirectoryPlace {
  readonly count: number;
  readonly length: number;
  readonly offset: number;
}

function end({ count, length, offset }: DirectoryPlace, comment: Buffer): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count & 0xffff, 8);
  record.writeUInt16LE(count & 0xffff, 10);
  record.writeUInt32LE(length, 12);
  record.writeUInt32LE(offset, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
}

function end64({ count, length, offset }: DirectoryPlace): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + length), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
