/**
 * Reads the main section of a jar's manifest (JAR specification, "Manifest and signature specification"): names in lower
 * case, lines joined where they were folded. The first of two equal names wins.
 */
export function readManifest(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let name: string | undefined;
  let value: string[] = [];
  const keep = () => {
    if (name !== undefined && !headers.has(name)) headers.set(name, value.join('').trim());
  };
  for (const line of text.split(/\r\n|\n|\r/, 20_000)) {
    if (line === '') {
      if (name === undefined) continue;
      break;
    }
    if (line.startsWith(' ')) {
      value.push(line.slice(1));
      continue;
    }
    keep();
    const colon = line.indexOf(':');
    name = colon > 0 ? line.slice(0, colon).trim().toLowerCase() : undefined;
    value = [line.slice(colon + 1)];
  }
  keep();
  return headers;
}

/** A manifest header's value without OSGi's directives: `org.foo;singleton:=true` → `org.foo`. */
export function plainValue(value: string | undefined): string | undefined {
  const plain = value?.split(';', 1)[0]!.trim();
  return plain === '' || plain?.includes('${') ? undefined : plain;
}

/** Licences that a manifest declares in Bundle-License: comma-separated names or addresses, each perhaps with attributes. */
export function manifestLicenses(manifest: ReadonlyMap<string, string>): string[] {
  const header = manifest.get('bundle-license') ?? '';
  if (header.length > 2000) return [];
  return splitOutsideQuotes(header).map((clause) => (plainValue(clause) ?? '').replace(/^"|"$/g, ''));
}

function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    if (i < text.length && (quoted || text[i] !== ',')) continue;
    parts.push(text.slice(start, i).trim());
    start = i + 1;
  }
  return parts;
}
