/** What was wrong in the text; zeros for good text. */
export interface ParagraphFaults {
  /** Lines that are neither a field, nor a continuation, nor empty, nor a comment. */
  readonly strangeLines: number;
  /** Fields that were asked for, and given again in one paragraph (the first counts) or longer than we take. */
  readonly strangeFields: number;
  /** The last line does not end: the file was cut. */
  readonly lacksFinalNewline: boolean;
}

/** No name, version or licence line is longer; a longer one is hostile and is dropped. */
const maxValueBytes = 64 << 10;

/**
 * Reads control data (deb822(5)) and hands over the wanted fields of each paragraph: their first lines, trimmed.
 * Continuation lines are passed over. Field names are told regardless of case. The map handed over is used again.
 */
export function readParagraphs(
  bytes: Uint8Array,
  wanted: readonly string[],
  each: (fields: ReadonlyMap<string, string>) => void,
): ParagraphFaults {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const names = new Map(wanted.map((name) => [name.toLowerCase(), name]));
  const lengths = new Set(wanted.map((name) => name.length));
  const fields = new Map<string, string>();
  let inParagraph = false;
  let strangeLines = 0;
  let strangeFields = 0;

  for (let start = 0, next: number; start < text.length; start = next) {
    const newline = text.indexOf(10, start);
    next = newline < 0 ? text.length : newline + 1;
    let end = newline < 0 ? text.length : newline;
    if (end > start && text[end - 1] === 13) end--;
    if (end === start) {
      if (inParagraph) each(fields);
      inParagraph = false;
      fields.clear();
      continue;
    }
    const first = text[start]!;
    if (first === 32 || first === 9) {
      if (!inParagraph) strangeLines++;
      continue;
    }
    if (first === 35) continue;
    const colon = colonOf(text, start, end);
    if (colon <= start) {
      strangeLines++;
      continue;
    }
    inParagraph = true;
    if (!lengths.has(colon - start)) continue;
    const name = names.get(text.toString('latin1', start, colon).toLowerCase());
    if (name === undefined) continue;
    if (fields.has(name) || end - colon > maxValueBytes) strangeFields++;
    else fields.set(name, text.toString('utf8', colon + 1, end).trim());
  }
  if (inParagraph) each(fields);
  return { strangeLines, strangeFields, lacksFinalNewline: text.length > 0 && text[text.length - 1] !== 10 };
}

/** The end of a field's name, below 0 where the line is no field: a name has neither blanks nor control characters. */
function colonOf(text: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = text[at]!;
    if (byte === 58) return at;
    if (byte <= 32 || byte >= 127) return -1;
  }
  return -1;
}
