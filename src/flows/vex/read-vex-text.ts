import { createHash } from 'node:crypto';
import { CodedError } from '../../model/index.ts';
import { parseVex, type VexDocument } from '../../policy/index.ts';

export interface ReadVex extends VexDocument {
  /** `sha256:…` over the text. */
  readonly digest: string;
  /** Whose statements they are, the first ten. */
  readonly authors: readonly string[];
}

const mostStatements = 20_000;
const mostAuthors = 10;

/**
 * Reads a document that somebody sends to be kept. @throws CodedError `bad-vex`, for one of which nothing can be used, too: it
 * would be believed to say something.
 */
export function readVexText(text: string, name: string): ReadVex {
  const { statements, complaints } = parseVex(Buffer.from(text), name);
  if (statements.length === 0)
    throw new CodedError(
      'bad-vex',
      `${name} says nothing that can be used${complaints.length > 0 ? `: ${complaints[0]}` : ''}`,
      {
        kind: 'usage',
      },
    );
  if (statements.length > mostStatements)
    throw new CodedError('bad-vex', `${name} has ${statements.length} statements: more than ${mostStatements}`, {
      kind: 'usage',
      hint: 'split it',
    });
  const authors = [...new Set(statements.map(({ author }) => author.slice(0, 300)))].slice(0, mostAuthors);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  return { statements, complaints, digest, authors };
}
