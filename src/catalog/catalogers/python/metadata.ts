import { textOf } from '../../package-text.ts';

/** The fields of core metadata that matter here. */
export interface Metadata {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly licenseExpression?: string;
  readonly classifiers: readonly string[];
}

const fields: ReadonlyMap<string, 'name' | 'version' | 'license' | 'licenseExpression'> = new Map([
  ['name', 'name'],
  ['version', 'version'],
  ['license', 'license'],
  ['license-expression', 'licenseExpression'],
]);

/**
 * Reads core metadata (METADATA, PKG-INFO): headers as in mail, up to the first empty line. Of a field given twice the
 * first counts; folded lines are joined by line breaks.
 */
export function readMetadata(bytes: Uint8Array): Metadata {
  const found: { name?: string; version?: string; license?: string; licenseExpression?: string } = {};
  const classifiers: string[] = [];
  let folding: 'license' | undefined;
  for (const line of headerLines(textOf(bytes))) {
    if (line[0] === ' ' || line[0] === '\t') {
      if (folding !== undefined) found[folding] += `\n${line.trim()}`;
      continue;
    }
    folding = undefined;
    const colon = line.indexOf(':');
    if (colon <= 0 || colon > 40) continue;
    const header = line.slice(0, colon).toLowerCase();
    if (header === 'classifier' && classifiers.length < 500) classifiers.push(line.slice(colon + 1).trim());
    const field = fields.get(header);
    if (field === undefined || found[field] !== undefined) continue;
    found[field] = line.slice(colon + 1).trim();
    if (field === 'license') folding = field;
  }
  return { ...found, classifiers };
}

function* headerLines(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const line = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    if (line === '') return;
    yield line;
    start = end + 1;
  }
}
