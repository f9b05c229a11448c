export type SqliteValue = null | number | string | Uint8Array;

const maxColumns = 2_000;

/** A variable-length integer (fileformat2 §1.6) and where it ends. Above 2^53 rounded, which only fails checks. */
export function readVarint(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  return { value: value * 256 + (bytes[at + 8] ?? 0), end: at + 9 };
}

/** The values of a record (fileformat2 §2.1); undefined where its sizes can't be. Blobs share the payload's memory. */
export function readRecord(payload: Uint8Array): SqliteValue[] | undefined {
  const header = readVarint(payload, 0);
  if (header.value > payload.length) return undefined;
  const values: SqliteValue[] = [];
  let at = header.end;
  let body = header.value;
  while (at < header.value) {
    const type = readVarint(payload, at);
    at = type.end;
    const size = sizeOf(type.value);
    if (body + size > payload.length || values.length >= maxColumns) return undefined;
    values.push(valueOf(payload, body, type.value));
    body += size;
  }
  return values;
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, Infinity, Infinity][type] ?? Infinity;
}

function valueOf(payload: Uint8Array, at: number, type: number): SqliteValue {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  switch (type) {
    case 0:
      return null;
    case 6:
      return Number(bytes.readBigInt64BE(at));
    case 7:
      return bytes.readDoubleBE(at);
    case 8:
      return 0;
    case 9:
      return 1;
    default:
      if (type < 6) return bytes.readIntBE(at, sizeOf(type));
      return type % 2 === 0 ? bytes.subarray(at, at + sizeOf(type)) : bytes.toString('utf8', at, at + sizeOf(type));
  }
}
