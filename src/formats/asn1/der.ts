/** One element of DER (ITU-T X.690 § 8.1): its tag byte, and where its contents lie. */
export interface DerElement {
  /** First identifier byte: `0x30` for a SEQUENCE. Tags above 30 are not read. */
  readonly tag: number;
  readonly bytes: Uint8Array;
  /** Of the identifier, of the contents, and past them. */
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

const maxChildren = 10_000;

/** The element at an offset; undefined where there is none that ends by `limit`. Lengths of indefinite form are refused. */
export function derElement(bytes: Uint8Array, start = 0, limit = bytes.length): DerElement | undefined {
  if (start + 2 > limit) return undefined;
  const tag = bytes[start]!;
  if ((tag & 0x1f) === 0x1f) return undefined;
  const first = bytes[start + 1]!;
  let length = first;
  let contentStart = start + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || contentStart + count > limit) return undefined;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[contentStart + i]!;
    contentStart += count;
  }
  const end = contentStart + length;
  return end > limit ? undefined : { tag, bytes, start, contentStart, end };
}

/** The elements inside one, up to the first that is damaged. */
export function derChildren(element: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let at = element.contentStart; at < element.end && children.length < maxChildren;) {
    const child = derElement(element.bytes, at, element.end);
    if (child === undefined) break;
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The contents of an element. */
export function derContent({ bytes, contentStart, end }: DerElement): Uint8Array {
  return bytes.subarray(contentStart, end);
}

/** An OBJECT IDENTIFIER as dotted numbers; empty for anything else. */
export function derOid(element: DerElement | undefined): string {
  if (element?.tag !== 0x06 || element.end - element.contentStart > 64) return '';
  const parts: number[] = [];
  let value = 0;
  for (const byte of derContent(element)) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (parts.length === 0)
      parts.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else parts.push(value);
    value = 0;
  }
  return parts.join('.');
}

/** Bits of an INTEGER's absolute value, sign byte aside. */
export function derIntegerBits(element: DerElement | undefined): number | undefined {
  if (element?.tag !== 0x02) return undefined;
  const content = derContent(element);
  let first = 0;
  while (first < content.length - 1 && content[first] === 0) first++;
  return content.length === 0 ? 0 : (content.length - first) * 8 - Math.clz32(content[first]!) + 24;
}

/** Text of a string type: UTF-8, BMPString (UTF-16), else Latin-1. */
export function derText(element: DerElement): string {
  const content = Buffer.from(derContent(element).subarray(0, 1000));
  if (element.tag === 0x1e)
    return Buffer.from(content.subarray(0, content.length & ~1))
      .swap16()
      .toString('utf16le');
  return content.toString(element.tag === 0x0c ? 'utf8' : 'latin1');
}

/** UTCTime or GeneralizedTime as ISO 8601 in UTC, to the second (RFC 5280 § 4.1.2.5); undefined where it is none. */
export function derTime(element: DerElement | undefined): string | undefined {
  const instant = derInstant(element);
  return instant === undefined ? undefined : `${instant.toISOString().slice(0, 19)}Z`;
}

const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.(\d{1,20}))?Z$/;

/**
 * The same to the millisecond, what is finer cut off. DER writes fractions of seconds without zeros at their end, so that they
 * have any number of digits (X.690 § 11.7, RFC 3161 § 2.4.2); zeros at the end, which some write, mean no other time.
 */
export function derInstant(element: DerElement | undefined): Date | undefined {
  if (element === undefined || (element.tag !== 0x17 && element.tag !== 0x18)) return undefined;
  const match = (element.tag === 0x17 ? utcTime : generalizedTime).exec(derText(element));
  if (match === null) return undefined;
  const [, written = '', month = '', day = '', hour = '', minute = '', second = '00', fraction = ''] = match;
  const year = written.length === 4 ? written : `${Number(written) < 50 ? '20' : '19'}${written}`;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const instant = new Date(iso);
  // A day that its month has not would be taken for one of the next.
  return Number.isNaN(instant.getTime()) || instant.toISOString() !== iso ? undefined : instant;
}
