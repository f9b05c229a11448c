import type { Document, LineCounter } from 'yaml';
import { CodedError } from '../../model/index.ts';
import { trustRootApiVersion, trustRootKind, trustRootSchema, type TrustRootText } from './schema.ts';

/** A trust root's YAML that fits its schema. */
export interface TrustRootDocument {
  readonly document: Document.Parsed;
  readonly value: TrustRootText;
  /** `trust.yaml:12:5` of a part. */
  locate(path: readonly PropertyKey[]): string;
}

const largestBytes = 4 << 20;
const deepest = 40;
const mostComplaints = 20;

/**
 * Reads one YAML document of kind TrustRoot.
 * @throws CodedError `invalid-trust-root`, with line and column of everything that is wrong (the first 20).
 */
export async function readTrustRootDocument(text: string, fileName: string): Promise<TrustRootDocument> {
  if (Buffer.byteLength(text) > largestBytes) throw invalidTrustRoot([`${fileName}: is larger than 4 MiB`]);
  if (isTooDeep(text)) throw invalidTrustRoot([`${fileName}: is nested deeper than ${deepest} levels`]);
  // The library is CommonJS: in the bundled program its names stand under `default` alone.
  const { LineCounter: Lines, parseDocument } = (await import('yaml')).default;
  const lines: LineCounter = new Lines();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const locate = (path: readonly PropertyKey[]): string => at(fileName, lines, document, path);
  if (document.errors.length > 0)
    throw invalidTrustRoot(
      document.errors.map(({ linePos, message }) => {
        const place = linePos === undefined ? fileName : `${fileName}:${linePos[0].line}:${linePos[0].col}`;
        return `${place}: ${message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '')}`;
      }),
    );
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw invalidTrustRoot([`${fileName}: has too many or unknown aliases`], cause);
  }
  const { kind, apiVersion } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (kind !== trustRootKind || apiVersion !== trustRootApiVersion)
    throw invalidTrustRoot([
      `${locate(['kind'])}: must have apiVersion ${trustRootApiVersion} and kind ${trustRootKind}`,
    ]);
  const { z } = await import('zod');
  const result = trustRootSchema(z).safeParse(value);
  if (!result.success)
    throw invalidTrustRoot(
      result.error.issues.flatMap((issue) => {
        if (issue.code !== 'unrecognized_keys')
          return [`${locate(issue.path)}: ${String(issue.path.at(-1) ?? 'it')}: ${issue.message}`];
        return issue.keys.map((key) => `${locate([...issue.path, key])}: unknown field ${JSON.stringify(key)}`);
      }),
    );
  return { document, value: result.data as TrustRootText, locate };
}

/** The error for a trust root with mistakes, one a line. */
export function invalidTrustRoot(complaints: readonly string[], cause?: unknown): CodedError {
  const shown = complaints.slice(0, mostComplaints);
  if (complaints.length > mostComplaints) shown.push(`and ${complaints.length - mostComplaints} more`);
  return new CodedError('invalid-trust-root', shown.join('\n'), {
    hint: 'docs/formats/trust-root.md has every field',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Parsing recurses with the nesting of the text; brackets and the deepest indentation bound it. */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const line of text.split('\n')) {
    if (line.length - line.trimStart().length > deepest * 8) return true;
    if ((line.match(/^\s*(?:- )*/)?.[0].length ?? 0) > deepest * 8) return true;
    for (const character of line) {
      if (character === '[' || character === '{') open++;
      else if ((character === ']' || character === '}') && open > 0) open--;
      if (open > deepest) return true;
    }
  }
  return false;
}

/** Where a part stands, or what should hold it. */
function at(fileName: string, lines: LineCounter, document: Document.Parsed, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) continue;
    const { line, col } = lines.linePos(node.range[0] as number);
    return `${fileName}:${line}:${col}`;
  }
  return fileName;
}
