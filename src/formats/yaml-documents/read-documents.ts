import type { z, ZodType } from 'zod';
import type { Document, LineCounter, Node } from 'yaml';
import { CodedError } from '../../model/index.ts';
import { nearest } from '../nearest.ts';

/** The `apiVersion` of every document that we define. */
export const apiVersion = 'plimsoll.dev/v1';

/** What a file may hold, and how what is wrong with it is thrown: each stage has its own codes. */
export interface DocumentRules<Kind extends string> {
  /** The schema of each kind, made with a zod that is only loaded to read a file. */
  schemas(zod: typeof z): Readonly<Record<Kind, ZodType>>;
  /** Every complaint a line, with file, line and column. */
  invalid(message: string): CodedError;
  tooLarge(message: string): CodedError;
  /** Fields of this name hold a mapping whose unknown keys are called that: `rules` → `rule`. */
  readonly nouns?: Readonly<Record<string, string>>;
}

/** A document of a YAML file that fits its schema, and where its parts stand. */
export interface CheckedDocument<Kind extends string = string> {
  readonly kind: Kind;
  readonly value: unknown;
  /** `policy.yaml:12:5` of a part. */
  locate(path: readonly PropertyKey[]): string;
}

type Path = readonly PropertyKey[];
type Parsed = Document.Parsed;

const largestBytes = 1024 * 1024;
const mostDocuments = 200;
const deepest = 60;
const mostErrors = 20;

/**
 * Reads every document of a YAML file (YAML 1.2) and checks it against the schema of its kind. Throws the rules'
 * `invalid` with the line and column of everything that is wrong (the first 20), their `tooLarge` over 1 MiB, 200
 * documents, 60 levels or 100 aliases.
 */
export async function readDocuments<Kind extends string>(
  text: string,
  fileName: string,
  rules: DocumentRules<Kind>,
): Promise<readonly CheckedDocument<Kind>[]> {
  const tooLarge = (why: string): CodedError => rules.tooLarge(`${fileName} ${why}`);
  const guarded = <T>(work: () => T): T =>
    guard(work, { tooLarge, invalid: (why) => rules.invalid(`${fileName}: ${why}`) });
  if (Buffer.byteLength(text) > largestBytes) throw tooLarge('is larger than 1 MiB');
  // The library is CommonJS: in the bundled program its names stand under `default` alone.
  const { LineCounter, parseAllDocuments, visit } = (await import('yaml')).default;
  const lines = new LineCounter();
  const parsed = guarded(() => parseAllDocuments(text, { lineCounter: lines, logLevel: 'silent' }));
  const documents = (Array.isArray(parsed) ? parsed : []) as Parsed[];
  if (documents.length > mostDocuments) throw tooLarge(`has more than ${mostDocuments} documents`);
  const errors = documents.flatMap((document) => document.errors);
  if (errors.some(({ message }) => message.includes('call stack'))) throw tooLarge('is nested too deep');
  if (errors.length > 0)
    throw rules.invalid(
      shown(
        errors.map(
          ({ linePos, message }) =>
            `${at(fileName, linePos?.[0])}: ${message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '')}`,
        ),
      ),
    );
  const { z } = await import('zod');
  const schemas = rules.schemas(z);
  const kinds = Object.keys(schemas) as Kind[];
  const complaints: string[] = [];
  const checked: CheckedDocument<Kind>[] = [];
  for (const document of documents) {
    if (document.contents === null) continue;
    visit(document as Document, (_key, _node, path) => {
      if (path.length > deepest * 2) throw tooLarge(`is nested deeper than ${deepest} levels`);
    });
    const value: unknown = guarded(() => document.toJS({ maxAliasCount: 100 }) as unknown);
    const locate = (path: Path) => at(fileName, positionOf(document, lines, path));
    const kind = kindOf(value, kinds);
    if (typeof kind !== 'string') complaints.push(`${locate(kind.path)}: ${kind.message}`);
    else {
      complaints.push(
        ...check(schemas[kind], value, {
          locate,
          toJsonSchema: (schema) => z.toJSONSchema(schema, { io: 'input' }),
          nouns: rules.nouns ?? {},
        }),
      );
      checked.push({ kind, value, locate });
    }
  }
  if (complaints.length > 0) throw rules.invalid(shown(complaints.sort(byPlace)));
  return checked;
}

/** By line, then column: the order in which a reader meets them. */
function byPlace(a: string, b: string): number {
  const [, lineA, columnA] = /:(\d+):(\d+): /.exec(a) ?? [];
  const [, lineB, columnB] = /:(\d+):(\d+): /.exec(b) ?? [];
  return Number(lineA ?? 0) - Number(lineB ?? 0) || Number(columnA ?? 0) - Number(columnB ?? 0);
}

/** Complaints one a line, as many as a person reads. */
export function shown(complaints: readonly string[]): string {
  const lines = complaints.slice(0, mostErrors);
  if (complaints.length > mostErrors) lines.push(`and ${complaints.length - mostErrors} more`);
  return lines.join('\n');
}

/** Parsing recurses with the nesting of the text, so too deep a text ends the stack: an error like any other. */
function guard<T>(work: () => T, errors: { tooLarge(why: string): CodedError; invalid(why: string): CodedError }): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if (error instanceof RangeError) throw errors.tooLarge('is nested too deep');
    if (error instanceof ReferenceError) throw errors.tooLarge('has too many or unknown aliases');
    throw errors.invalid(error instanceof Error ? error.message : 'not YAML');
  }
}

function kindOf<Kind extends string>(
  value: unknown,
  kinds: readonly Kind[],
): Kind | { readonly path: Path; readonly message: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { path: [], message: 'must be a mapping with apiVersion and kind' };
  const { apiVersion: version, kind } = value as Record<string, unknown>;
  if (version !== apiVersion) return { path: ['apiVersion'], message: `apiVersion must be ${apiVersion}` };
  const known = kinds.find((name) => name === kind);
  if (known !== undefined) return known;
  const guess = typeof kind === 'string' ? nearest(kind, kinds) : undefined;
  return {
    path: ['kind'],
    message: `kind must be ${kinds.length === 1 ? '' : 'one of '}${kinds.join(', ')}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
  };
}

interface Issue {
  readonly code?: string;
  readonly path: Path;
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly expected?: unknown;
  readonly errors?: readonly (readonly Issue[])[];
}

interface CheckTools {
  readonly nouns: Readonly<Record<string, string>>;
  locate(path: Path): string;
  toJsonSchema(schema: ZodType): unknown;
}

function check(schema: ZodType, value: unknown, { locate, toJsonSchema, nouns }: CheckTools): readonly string[] {
  const result = schema.safeParse(value, { reportInput: false });
  if (result.success) return [];
  const issues = (result.error.issues as unknown as readonly Issue[]).flatMap((issue) => flatten(issue, []));
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [`${locate(issue.path)}: ${wording(issue, value)}`];
    const known = fieldsAt(toJsonSchema(schema), issue.path);
    return (issue.keys ?? []).map((key) => {
      const guess = nearest(key, known);
      return `${locate([...issue.path, key])}: unknown ${nouns[String(issue.path.at(-1))] ?? 'field'} ${JSON.stringify(key)}${guess === undefined ? '' : `; did you mean ${JSON.stringify(guess)}?`}`;
    });
  });
}

/** Of a choice that nothing fits, the complaints of the alternative that was meant: the one that fits at its root. */
function flatten(issue: Issue, above: Path): readonly Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const meant = issue.errors?.find((issues) =>
    issues.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys' || inner.code === 'custom'),
  );
  if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path));
  const choices = (issue.errors ?? [])
    .flat()
    .flatMap(({ values, expected }) => values ?? (expected === 'object' ? ['a mapping of settings'] : [expected]));
  return [{ path, message: `must be one of ${choices.join(', ')}`.replace(/, ([^,]*)$/, ' or $1'), code: 'choice' }];
}

function wording(issue: Issue, root: unknown): string {
  const last = issue.path.at(-1) ?? 'the document';
  const name = typeof last === 'number' ? `${String(issue.path.at(-2))} ${last + 1}` : String(last);
  const found = valueAt(root, issue.path);
  if (found === undefined && issue.path.length > 0) return `missing field ${JSON.stringify(name)}`;
  if (issue.code === 'invalid_value' && issue.values !== undefined) {
    const guess = typeof found === 'string' ? nearest(found, issue.values.map(String)) : undefined;
    return `${name} must be one of ${issue.values.join(', ')}${guess === undefined ? '' : `; did you mean ${guess}?`}`;
  }
  if (issue.code === 'invalid_type') return `${name} must be ${nounOf(issue.expected)}`;
  return `${name}: ${issue.message}`;
}

function nounOf(expected: unknown): string {
  const nouns: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return nouns[String(expected)] ?? `of type ${String(expected)}`;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** The fields that the schema knows at a path. */
function fieldsAt(schema: unknown, path: Path): readonly string[] {
  let here: readonly JsonSchema[] = spread(schema as JsonSchema);
  for (const key of path) {
    here = here.flatMap((part) => {
      const next = typeof key === 'number' ? part.items : part.properties?.[String(key)];
      return next === undefined ? [] : spread(next);
    });
  }
  return here.flatMap((part) => Object.keys(part.properties ?? {}));
}

function spread(schema: JsonSchema): readonly JsonSchema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.allOf ?? [])].flatMap(spread)];
}

function at(fileName: string, position: { readonly line: number; readonly col: number } | undefined): string {
  return position === undefined ? fileName : `${fileName}:${position.line}:${position.col}`;
}

/** Where a part stands: its key where it is a field, else itself; where it is missing, what should hold it. */
function positionOf(document: Parsed, lines: LineCounter, path: Path): { line: number; col: number } | undefined {
  for (let length = path.length; length >= 0; length--) {
    const offset = keyOffset(document, path.slice(0, length)) ?? offsetOf(document.getIn(path.slice(0, length), true));
    if (offset !== undefined) return lines.linePos(offset);
  }
  return lines.linePos(document.range[0]);
}

function keyOffset(document: Parsed, path: Path): number | undefined {
  if (path.length === 0) return offsetOf(document.contents);
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items))
    return undefined;
  for (const pair of parent.items as unknown[]) {
    if (typeof pair !== 'object' || pair === null || !('key' in pair)) continue;
    const key = pair.key as (Node & { value?: unknown }) | null;
    if (key?.value === path.at(-1)) return offsetOf(key);
  }
  return undefined;
}

function offsetOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? (node.range[0] as number)
    : undefined;
}
