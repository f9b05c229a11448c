import { isUtf8 } from 'node:buffer';
import { CodedError } from '../../model/index.ts';

/** Largest manifest or index that is read, in bytes: what registries accept (distribution-spec § Pushing manifests). */
export const manifestLimitBytes = 4 << 20;
/** Largest image configuration that is read, in bytes. */
export const configLimitBytes = 8 << 20;

const depthLimit = 64;

/** How a document is called in messages, and the code of its errors. */
export interface JsonKind {
  /** `the manifest sha256:…`: stands first in the sentence. */
  readonly what: string;
  readonly code:
    | 'bad-manifest'
    | 'bad-image-config'
    | 'bad-archive'
    | 'bad-layout'
    | 'bad-registry-answer'
    | 'bad-docker-config'
    | 'bad-docker-context'
    | 'bad-engine-answer';
}

/**
 * Parses JSON from outside: UTF-8, at most 64 levels deep, so that whoever walks it cannot run out of stack.
 * @throws CodedError with the kind's code.
 */
export function parseJson(bytes: Uint8Array, kind: JsonKind): unknown {
  if (isTooDeep(bytes)) throw new CodedError(kind.code, `${kind.what} is nested more than ${depthLimit} levels deep`);
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch (cause) {
    throw new CodedError(kind.code, `${kind.what} is not UTF-8 text`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CodedError(kind.code, `${kind.what} is not JSON${bytes.length === 0 ? ': it is empty' : ''}`, { cause });
  }
}

/** Counts brackets outside of strings, without building anything. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > depthLimit) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

/** As a fatal TextDecoder does, a byte order mark taken off; that one takes milliseconds to make, and every scan comes here. */
function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}
