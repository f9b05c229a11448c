import { type CheckedDocument as AnyDocument, readDocuments as read, shown } from '../formats/yaml-documents/index.ts';
import { CodedError } from '../model/index.ts';
import { policySchemas } from './schema.ts';
import type { PolicySchemas } from './schema.ts';

export type DocumentKind = keyof PolicySchemas;

export type CheckedDocument = AnyDocument<DocumentKind>;

const hint = 'docs/formats/policy.md has every field';

/**
 * Reads every document of a policy file and checks it against the schema of its kind. Throws `invalid-policy` with the
 * line and column of everything that is wrong, `policy-too-large` over the limits of formats/yaml-documents.
 */
export async function readDocuments(text: string, fileName: string): Promise<readonly CheckedDocument[]> {
  return read<DocumentKind>(text, fileName, {
    schemas: (z) => ({ ...policySchemas(z) }),
    invalid: (message) => new CodedError('invalid-policy', message, { hint }),
    tooLarge: (message) => new CodedError('policy-too-large', message),
    nouns: { rules: 'rule' },
  });
}

/** The error for a policy with mistakes, one a line. */
export function invalid(complaints: readonly string[]): CodedError {
  return new CodedError('invalid-policy', shown(complaints), { hint });
}
