/** Whether a text from an image can be a package's name or version: some length, no control characters or line breaks. */
export function isPlausibleText(text: unknown): text is string {
  if (typeof text !== 'string' || text.length === 0 || text.length > 300) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029) return false;
  }
  return true;
}

/** Licences as declared: trimmed, without empty, overlong (whole texts) and repeated ones; undefined where none is left. */
export function declaredLicenses(texts: Iterable<unknown>): string[] | undefined {
  const licenses = new Set<string>();
  for (const text of texts) {
    const license = typeof text === 'string' ? text.trim() : '';
    if (isPlausibleText(license) && license.toUpperCase() !== 'UNKNOWN') licenses.add(license);
    if (licenses.size === 20) break;
  }
  return licenses.size === 0 ? undefined : [...licenses];
}

/** Bytes of a text file as text; a byte order mark is left out, bytes that are not UTF-8 become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start).toString('utf8');
}
