import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { type Digest, parseDigest } from '../../model/index.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { listAt, member, type Members, membersOf, textAt } from './members.ts';

/** An in-toto statement: what it is about, and what it says (in-toto attestation framework, statement.md v1; v0.1 too). */
export interface Statement {
  readonly subjects: readonly StatementSubject[];
  readonly predicateType: string;
  readonly predicate: Members;
}

export interface StatementSubject {
  readonly name?: string;
  readonly digests: readonly Digest[];
}

const types: ReadonlySet<string> = new Set(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']);
const limits = { maxBytes: 64 << 20, maxDepth: 100 };
const subjectLimit = 1000;

/** Reads a statement; a refusal where the bytes are none. */
export function parseStatement(payload: Uint8Array): Statement | Refusal {
  let value: unknown;
  try {
    value = parseBoundedJson(payload, limits);
  } catch (error) {
    if (error instanceof JsonRefused) return refusal('unreadable', `its statement ${error.message}`);
    throw error;
  }
  const type = textAt(value, '_type');
  if (type === undefined || !types.has(type)) return refusal('unreadable', 'it holds no in-toto statement');
  const predicateType = textAt(value, 'predicateType');
  if (predicateType === undefined) return refusal('unreadable', 'its statement does not say of what type it is');
  const subjects = member(value, 'subject');
  if (!Array.isArray(subjects) || subjects.length === 0) return refusal('unreadable', 'its statement names no subject');
  if (subjects.length > subjectLimit)
    return refusal('unreadable', `its statement names ${subjects.length} subjects, more than ${subjectLimit}`);
  return {
    subjects: listAt(value, subjectLimit, 'subject').map(subjectOf),
    predicateType,
    predicate: membersOf(member(value, 'predicate')) ?? {},
  };
}

function subjectOf(value: unknown): StatementSubject {
  const name = textAt(value, 'name');
  const digests = ['sha256', 'sha512']
    .map((algorithm) => parseDigest(`${algorithm}:${textAt(value, 'digest', algorithm) ?? ''}`))
    .filter((digest) => digest !== undefined);
  return { ...(name === undefined ? {} : { name }), digests };
}

export interface NamedDigest {
  readonly name?: string;
  readonly digest: Digest;
}

/** The bytes of a statement about an image, by one digest or all that mean it. The same input gives the same bytes. */
export function statementBytes(
  about: NamedDigest | readonly NamedDigest[],
  predicateType: string,
  predicate: unknown,
): Buffer {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: ('digest' in about ? [about] : about).map(({ name, digest }) => {
      const [algorithm, hex] = digest.split(':') as [string, string];
      return { ...(name === undefined ? {} : { name }), digest: { [algorithm]: hex } };
    }),
    predicateType,
    predicate,
  };
  return Buffer.from(JSON.stringify(statement));
}
