import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { CodedError } from '../../model/index.ts';
import type { PredicateKind } from '../../trust/index.ts';
import { readBytes } from '../policy/read-text.ts';

const limits = { maxBytes: 64 << 20, maxDepth: 90 };

/** The predicate in a user's file. @throws CodedError `bad-predicate`, `file-unreadable`. */
export async function predicateOfFile(file: string, kind: PredicateKind, now: Date): Promise<unknown> {
  const bytes = await readBytes(file, limits.maxBytes);
  const text = Buffer.from(bytes).toString('utf8');
  let value: unknown;
  try {
    value = parseBoundedJson(bytes, limits);
  } catch (error) {
    if (!(error instanceof JsonRefused)) throw error;
    // What is wrapped as text need not be JSON.
    if (kind.wrap === undefined || error.reason !== 'not-json')
      throw new CodedError('bad-predicate', `${file} ${error.message}`);
  }
  return kind.wrap === undefined ? value : kind.wrap(text, value, now);
}
