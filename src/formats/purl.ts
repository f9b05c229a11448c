/**
 * Package URLs (package-url specification, ECMA-427): text to parts and back. Case is kept for npm and Go, whose
 * registries and advisories tell cases apart.
 */
export interface Purl {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers?: Readonly<Record<string, string>>;
  readonly subpath?: string;
}

/** Longest text that is taken for a purl. */
const maxLength = 8192;
const maxQualifiers = 64;

/** The parts of a package URL, decoded and normalised for its type; undefined where the text is none. */
export function parsePurl(text: string): Purl | undefined {
  if (text.length > maxLength || text.slice(0, 4).toLowerCase() !== 'pkg:') return undefined;
  const [beforeSubpath, subpath] = cutLast(text.slice(4), '#');
  const [beforeQualifiers, qualifierText] = cutLast(beforeSubpath, '?');
  let start = 0;
  while (beforeQualifiers[start] === '/') start++;
  const slash = beforeQualifiers.indexOf('/', start);
  if (slash === -1) return undefined;
  const type = beforeQualifiers.slice(start, slash).toLowerCase();
  if (!isType(type)) return undefined;
  const [path, versionText] = cutVersion(beforeQualifiers.slice(slash + 1));
  const segments = path.split('/').filter((segment) => segment !== '');
  const last = segments.pop();
  const name = last === undefined ? undefined : decode(last);
  const namespace = decodeSegments(segments, []);
  const version = versionText === undefined ? undefined : decode(versionText);
  const qualifiers = parseQualifiers(qualifierText ?? '');
  const sub = decodeSegments((subpath ?? '').split('/'), ['.', '..']);
  if (name === undefined || name === '' || namespace === undefined || qualifiers === undefined) return undefined;
  if (sub === undefined || (versionText !== undefined && version === undefined)) return undefined;
  return {
    ...normalize(type, { namespace, name }),
    ...(version ? { version } : {}),
    ...(Object.keys(qualifiers).length > 0 ? { qualifiers } : {}),
    ...(sub === '' ? {} : { subpath: sub }),
  };
}

/** The canonical text of a package URL: parts normalised for the type and encoded, qualifiers sorted, empty ones left out. */
export function formatPurl(purl: Purl): string {
  const { type, namespace, name } = normalize(purl.type.toLowerCase(), {
    namespace: purl.namespace ?? '',
    name: purl.name,
  });
  const space = namespace === undefined ? '' : `${encodeSegments(namespace)}/`;
  const version = purl.version === undefined || purl.version === '' ? '' : `@${encode(purl.version)}`;
  const qualifiers = Object.entries(purl.qualifiers ?? {})
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key.toLowerCase()}=${encode(value)}`)
    .sort();
  const query = qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`;
  const subpath = purl.subpath === undefined || purl.subpath === '' ? '' : `#${encodeSegments(purl.subpath)}`;
  return `pkg:${type}/${space}${encode(name)}${version}${query}${subpath}`;
}

const lowerBoth = new Set([
  'alpm',
  'apk',
  'bitbucket',
  'bitnami',
  'composer',
  'deb',
  'github',
  'gitlab',
  'hex',
  'oci',
  'pub',
]);
const lowerNamespace = new Set(['qpkg', 'rpm']);
const lowerName = new Set(['luarocks', 'otp', 'pypi']);

function normalize(
  type: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): { type: string; namespace?: string; name: string } {
  const space = lowerBoth.has(type) || lowerNamespace.has(type) ? namespace.toLowerCase() : namespace;
  const lowered = lowerBoth.has(type) || lowerName.has(type) ? name.toLowerCase() : name;
  const full = type === 'pypi' ? lowered.replaceAll('_', '-') : lowered;
  return space === '' ? { type, name: full } : { type, namespace: space, name: full };
}

function cutLast(text: string, mark: string): [string, string | undefined] {
  const at = text.lastIndexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The version stands after the last `@`, unless that `@` begins a segment, as an npm scope left unencoded does. */
function cutVersion(path: string): [string, string | undefined] {
  const at = path.lastIndexOf('@');
  if (at <= 0 || path[at - 1] === '/') return [path, undefined];
  return [path.slice(0, at), path.slice(at + 1)];
}

function isType(type: string): boolean {
  return /^[a-z][a-z0-9.+-]{0,63}$/.test(type);
}

function parseQualifiers(text: string): Record<string, string> | undefined {
  const pairs = text === '' ? [] : text.split('&', maxQualifiers + 1);
  if (pairs.length > maxQualifiers) return undefined;
  const found = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(equals, 0)).toLowerCase();
    const value = decode(pair.slice(equals + 1));
    if (!/^[a-z][a-z0-9._-]{0,63}$/.test(key) || value === undefined) return undefined;
    if (value !== '') found.set(key, value);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Decodes each segment; a slash that was encoded separates all the same, and empty segments say nothing. */
function decodeSegments(segments: readonly string[], dropped: readonly string[]): string | undefined {
  const decoded: string[] = [];
  for (const segment of segments) {
    const text = decode(segment);
    if (text === undefined) return undefined;
    for (const part of text.split('/')) if (part !== '' && !dropped.includes(part)) decoded.push(part);
  }
  return decoded.join('/');
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function encodeSegments(text: string): string {
  return text
    .split('/')
    .filter((segment) => segment !== '')
    .map(encode)
    .join('/');
}

/** All but letters, digits, `.-_~` and `:` in percent-encoding; lone surrogates, which have none, become U+FFFD. */
function encode(text: string): string {
  if (/^[\w.~:-]*$/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
