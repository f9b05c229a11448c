/** A line of a lock file that yarn or pnpm wrote. */
export interface IndentedLine {
  readonly indent: number;
  /** Without quotes; of several (`"a@^1", b@^2:`) all, as written. */
  readonly key: string;
  /** After the key, without quotes; empty where nested lines follow. */
  readonly value: string;
  /** A colon follows the key, as YAML asks. */
  readonly colon: boolean;
}

/**
 * Walks the lines of yarn's own syntax, and of the YAML that yarn and pnpm write: one key a line, nesting by blanks, values
 * on the same line. Reads what those tools write, in one pass and without building a tree; it is no YAML parser.
 * Keys of `? key` (yarn's for very long ones) stand like others; the lone `:` below them does not appear.
 */
export function* indentedLines(text: string): Generator<IndentedLine> {
  for (let start = 0; start < text.length;) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    let indent = 0;
    while (start + indent < end && text.charCodeAt(start + indent) === 32) indent++;
    const line = text.slice(start + indent, end).trimEnd();
    start = end + 1;
    if (line === '' || line[0] === '#' || line === ':' || line[0] === '-') continue;
    if (line.startsWith('? ')) yield { indent, key: unquote(line.slice(2)), value: '', colon: true };
    else yield { indent, ...keyAndValue(line) };
  }
}

function keyAndValue(line: string): Omit<IndentedLine, 'indent'> {
  if (line.endsWith(':')) return { key: unquote(line.slice(0, -1)), value: '', colon: true };
  const split = line[0] === '"' || line[0] === "'" ? line.indexOf(line[0], 1) + 1 : line.search(/:? /);
  if (split <= 0) return { key: unquote(line), value: '', colon: false };
  const colon = line[split] === ':';
  return { key: unquote(line.slice(0, split)), value: unquote(line.slice(colon ? split + 1 : split).trim()), colon };
}

/** Takes off one pair of quotes around the whole; a list of quoted ones stays as it is. */
export function unquote(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "'") || text.indexOf(quote, 1) !== text.length - 1) return text;
  return text.slice(1, -1);
}
