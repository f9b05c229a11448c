import { isUtf8 } from 'node:buffer';

/** Why bytes are no JSON that is read: ends the sentence "X …". */
export class JsonRefused extends Error {
  readonly reason: 'too-large' | 'too-deep' | 'not-utf8' | 'not-json';

  constructor(reason: JsonRefused['reason'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'JsonRefused';
    this.reason = reason;
  }
}

export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

/**
 * Parses JSON (RFC 8259) from outside: UTF-8, no larger and no deeper than allowed. Takes linear time.
 * @throws JsonRefused with a message that ends a sentence.
 */
export function parseBoundedJson(bytes: Uint8Array, { maxBytes, maxDepth }: JsonLimits): unknown {
  if (bytes.length > maxBytes)
    throw new JsonRefused('too-large', `has ${bytes.length} bytes, more than the limit of ${maxBytes}`);
  if (isTooDeep(bytes, maxDepth)) throw new JsonRefused('too-deep', `is nested more than ${maxDepth} levels deep`);
  if (!isUtf8(bytes)) throw new JsonRefused('not-utf8', 'is not UTF-8 text');
  // A byte order mark is taken off as a TextDecoder does; that one takes milliseconds to make, and every scan comes here.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new JsonRefused('not-json', `is not JSON${bytes.length === 0 ? ': it is empty' : ''}`, cause);
  }
}

/** Counts brackets outside of strings, without building anything. */
function isTooDeep(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}
