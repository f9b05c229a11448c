/**
 * What images and machines say may hold what PostgreSQL's text can't: NUL, and halves of characters. Each becomes U+FFFD; the
 * body of a record keeps what was there.
 */
export function plainText(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** A value as JSON that PostgreSQL takes. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\u') || !/\\u(?:0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(plainValue(JSON.parse(text)));
}

/** Values that came from JSON, names of members too; as deep as what made the text could go. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [plainText(name), plainValue(member)]));
}
