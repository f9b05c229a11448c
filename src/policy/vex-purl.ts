/** Whether a package that a statement names is one that was found: what the statement leaves open fits everything. */
export function isPackage(stated: string, actual: string): boolean {
  const [a, b] = [readPurl(stated), readPurl(actual)];
  if (a === undefined || b === undefined || a.type !== b.type || a.name !== b.name) return false;
  if (a.version !== undefined && a.version !== b.version) return false;
  return [...a.qualifiers].every(([key, value]) => (b.qualifiers.get(key) ?? value) === value);
}

/** As much of a purl as decides what it names. */
export interface Purl {
  readonly type: string;
  /** Namespace and name. */
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** The parts of a purl that decide what it names (purl-spec § Rules); undefined where it is none. */
export function readPurl(text: string): Purl | undefined {
  const match = /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\/([^?#]+)(?:\?([^#]*))?/.exec(text);
  if (match === null) return undefined;
  const path = match[2]!;
  const at = path.lastIndexOf('@');
  const hasVersion = at > path.lastIndexOf('/') + 1 || (at > 0 && /^[^/]*sha256:/.test(path.slice(at + 1)));
  const qualifiers = new Map<string, string>();
  for (const pair of (match[3] ?? '').split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0) qualifiers.set(pair.slice(0, equals).toLowerCase(), decode(pair.slice(equals + 1)));
  }
  return {
    type: match[1]!.toLowerCase(),
    name: decode(hasVersion ? path.slice(0, at) : path),
    version: hasVersion ? decode(path.slice(at + 1)) : undefined,
    qualifiers,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
