import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
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
  try {
    return parseBoundedJson(bytes, { maxBytes: Infinity, maxDepth: depthLimit });
  } catch (error) {
    if (!(error instanceof JsonRefused)) throw error;
    throw new CodedError(kind.code, `${kind.what} ${error.message}`, { cause: error.cause });
  }
}
