/**
 * The assignments of a shell-like file (os-release(5), lsb-release): `NAME=value`, quoted or not; anything else is passed
 * over. Later ones win, as they would in a shell.
 */
export function readAssignments(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const equals = line.indexOf('=');
    if (equals <= 0 || line.startsWith('#')) continue;
    const name = line.slice(0, equals);
    if (/^[A-Z_][A-Z0-9_]*$/.test(name)) values.set(name, unquote(line.slice(equals + 1)));
  }
  return values;
}

function unquote(value: string): string {
  const quote = value[0];
  if (quote === "'") {
    const end = value.indexOf("'", 1);
    return value.slice(1, end < 0 ? undefined : end);
  }
  const inner = quote === '"' ? value.slice(1, value.endsWith('"') && value.length > 1 ? -1 : undefined) : value;
  return inner.replace(/\\(["$`\\])/g, '$1');
}
