import type { z as Zod, ZodType } from 'zod';
import { type DocumentRules, readDocuments } from '../../formats/yaml-documents/index.ts';
import { CodedError } from '../../model/index.ts';

/** Who builds here. */
export interface BuilderIdentity {
  readonly name: string;
  /** The `builder.id` of provenance: a URI. */
  readonly id: string;
  /** Where the signing key is, as `plimsoll sign --key` takes it; absent: it signs elsewhere. */
  readonly key?: string;
  readonly description?: string;
}

interface BuilderText {
  readonly metadata: { readonly name: string; readonly description?: string };
  readonly id: string;
  readonly key?: string;
}

/** What a build on a machine that nobody enrolled is called. A trust root that names it would trust every laptop. */
export const localBuilder: BuilderIdentity = { name: 'local', id: 'https://plimsoll.dev/builders/local' };

/**
 * Reads a builder's document (docs/formats/builder.md).
 * @throws CodedError `invalid-builder`, with line and column.
 */
export async function parseBuilder(text: string, fileName: string): Promise<BuilderIdentity> {
  const documents = await readDocuments(text, fileName, rules);
  const [document, second] = documents;
  if (document === undefined) throw rules.invalid(`${fileName}: has no document of kind Builder`);
  if (second !== undefined) throw rules.invalid(`${second.locate(['kind'])}: a machine is one builder`);
  const { metadata, id, key } = document.value as BuilderText;
  if (id === localBuilder.id || metadata.name === localBuilder.name)
    throw rules.invalid(`${document.locate(['metadata', 'name'])}: "local" is what builds with --local are called`);
  return {
    name: metadata.name,
    id,
    ...(key === undefined ? {} : { key }),
    ...(metadata.description === undefined ? {} : { description: metadata.description }),
  };
}

const rules: DocumentRules<'Builder'> = {
  schemas: (z) => ({ Builder: builderSchema(z) }),
  invalid: (message) => new CodedError('invalid-builder', message, { hint: 'docs/formats/builder.md has an example' }),
  tooLarge: (message) => new CodedError('invalid-builder', message),
};

function builderSchema(z: typeof Zod): ZodType {
  return z.strictObject({
    apiVersion: z.literal('plimsoll.dev/v1'),
    kind: z.literal('Builder'),
    metadata: z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,199}$/, 'must be of letters, digits and . _ @ + -'),
      description: z.string().max(2000).optional(),
    }),
    id: z
      .string()
      .max(1000)
      .regex(/^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i, 'must be a URI'),
    key: z.string().min(1).max(4096).optional(),
  });
}
