/** Why bytes are no message: ends the sentence "X …". */
export class ProtobufRefused extends Error {}

/** A message's fields by number. What is of another wire type than is asked for is as if it were not there. */
export interface Fields {
  /** The last string of that number, as proto3 has it; empty where there is none. */
  text(field: number): string;
  /** The last whole number; 0 where there is none. Above 2^53 it loses its last digits. */
  number(field: number): number;
  bytes(field: number): Uint8Array | undefined;
  /** Nested messages, in order. */
  messages(field: number): readonly Fields[];
  /** A `map<string, string>`. */
  map(field: number): Readonly<Record<string, string>>;
}

const mostFields = 1_000_000;

/**
 * Reads one message (protobuf.dev, "Encoding"). Linear; nested messages are only read where they are asked for.
 * @throws ProtobufRefused
 */
export function readFields(bytes: Uint8Array): Fields {
  const numbers = new Map<number, number>();
  const pieces = new Map<number, Uint8Array[]>();
  const cursor = { bytes, at: 0 };
  for (let count = 0; cursor.at < bytes.length; count++) {
    if (count === mostFields) throw new ProtobufRefused(`has more than ${mostFields} fields`);
    const tag = varint(cursor);
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        numbers.set(field, varint(cursor));
        break;
      case 1:
        piece(cursor, 8);
        break;
      case 2: {
        const list = pieces.get(field);
        const found = piece(cursor, varint(cursor));
        if (list === undefined) pieces.set(field, [found]);
        else list.push(found);
        break;
      }
      case 5:
        piece(cursor, 4);
        break;
      default:
        throw new ProtobufRefused(`has a field of the unknown wire type ${tag % 8}`);
    }
  }
  const messages = (field: number): readonly Fields[] => (pieces.get(field) ?? []).map(readFields);
  const text = (field: number): string => textOf(pieces.get(field)?.at(-1));
  return {
    text,
    number: (field) => numbers.get(field) ?? 0,
    bytes: (field) => pieces.get(field)?.at(-1),
    messages,
    map: (field) => Object.fromEntries(messages(field).map((entry) => [entry.text(1), entry.text(2)])),
  };
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 1, i = 0; i < 10; i++, shift *= 128) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) break;
    cursor.at++;
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return value;
  }
  throw new ProtobufRefused('has a number that does not end');
}

function piece(cursor: Cursor, length: number): Uint8Array {
  const { bytes, at } = cursor;
  if (length > bytes.length - at) throw new ProtobufRefused('ends in the middle of a field');
  cursor.at += length;
  return bytes.subarray(at, at + length);
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
