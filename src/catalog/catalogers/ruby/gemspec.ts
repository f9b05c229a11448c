import { isPlausibleText } from '../../package-text.ts';

/** What a specification says of its gem. */
export interface Gem {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
}

const gemName = /^[A-Za-z0-9_.-]+$/;
const gemVersion = /^\d[0-9A-Za-z.]*$/;
const maxLineLength = 4000;

/**
 * Reads a specification: the stub line that RubyGems itself trusts (`# stub: rack 2.2.6.4 ruby lib`), else literal
 * assignments, else the file's name (`rack-2.2.6.4`, perhaps with a platform). Undefined where none tells both.
 */
export function readGemspec(text: string, fileName?: string): Gem | undefined {
  let stub: { name: string; version: string } | undefined;
  let name: string | undefined;
  let version: string | undefined;
  let licenses: readonly string[] = [];
  for (const line of text.split('\n', 20_000)) {
    if (line.length > maxLineLength) continue;
    if (line.startsWith('# stub: ')) {
      const [stubName, stubVersion] = line.slice('# stub: '.length).split(' ');
      if (isGem(stubName, stubVersion)) stub ??= { name: stubName!, version: stubVersion! };
      continue;
    }
    const assigned = assignment(line);
    if (assigned === undefined) continue;
    const literals = literalsOf(assigned.value);
    if (assigned.field === 'name') name ??= literals[0];
    else if (assigned.field === 'version') version ??= literals[0];
    else if (assigned.field === 'licenses' || assigned.field === 'license') licenses = literals;
  }
  const gem = stub ?? (isGem(name, version) ? { name: name!, version: version! } : byFileName(fileName));
  return gem === undefined ? undefined : { ...gem, licenses };
}

function isGem(name?: string, version?: string): boolean {
  return isPlausibleText(name) && isPlausibleText(version) && gemName.test(name) && gemVersion.test(version);
}

/** `  s.name = "rack".freeze` → name and what stands right of `=`. */
function assignment(line: string): { field: string; value: string } | undefined {
  const equals = line.indexOf('=');
  if (equals < 0) return undefined;
  const left = line.slice(0, equals).trim();
  const dot = left.indexOf('.');
  return dot > 0 && dot < 20 ? { field: left.slice(dot + 1), value: line.slice(equals + 1) } : undefined;
}

/** String literals without interpolation, quoted either way. */
function literalsOf(text: string): string[] {
  const literals: string[] = [];
  for (let at = 0; at < text.length && literals.length < 20; at++) {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") continue;
    const end = text.indexOf(quote, at + 1);
    if (end < 0) break;
    const literal = text.slice(at + 1, end);
    if (!literal.includes('#{')) literals.push(literal);
    at = end;
  }
  return literals;
}

function byFileName(fileName: string | undefined): { name: string; version: string } | undefined {
  const tokens = fileName?.split('-') ?? [];
  for (let i = 1; i < tokens.length; i++) {
    const name = tokens.slice(0, i).join('-');
    if (isGem(name, tokens[i])) return { name, version: tokens[i]! };
  }
  return undefined;
}
