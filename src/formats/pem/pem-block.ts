/** What stands between `-----BEGIN label-----` and `-----END`. */
export interface PemBlock {
  readonly label: string;
  /** Header lines before the base64 (RFC 1421), as written. */
  readonly headers: readonly string[];
  readonly der: Buffer;
  /** The end line was there. */
  readonly isComplete: boolean;
}

/** The longest block that is read, in bytes. */
export const maxPemBytes = 32 << 10;

const base64Line = /^[A-Za-z0-9+/]{1,200}={0,2}$/;

/**
 * The block whose `-----BEGIN ` starts at an offset. Lines may be indented, quoted, or parted by `\n` in two characters.
 * Undefined where no base64 follows, as in documentation and in code that only knows the words.
 */
export function pemBlockAt(bytes: Uint8Array, start: number): PemBlock | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = text.toString('latin1', start, Math.min(text.length, start + 100));
  const begin = /^-----BEGIN ([A-Z0-9 ]{1,60})-----/.exec(header);
  if (begin === null) return undefined;
  const from = start + begin[0].length;
  const limit = Math.min(text.length, from + maxPemBytes);
  const window = text.toString('latin1', from, limit);
  const end = window.indexOf('-----END');
  const headers: string[] = [];
  let base64 = '';
  for (const line of (end < 0 ? window : window.slice(0, end)).replace(/\\[nr]/g, '\n').split(/[\r\n]+/)) {
    const bare = line
      .replace(/^[\s"'`]{1,80}/, '')
      .replace(/(?:["'`][ \t]{0,4}[+,.;\\]?|[ \t]{1,80}|\\)?[ \t]{0,80}$/, '');
    if (bare === '' || /^[+.\\|]$/.test(bare)) continue;
    if (base64Line.test(bare)) base64 += bare;
    else if (base64 === '' && /^[A-Za-z-]{2,40}:/.test(bare)) headers.push(bare);
    else if (/^=[A-Za-z0-9+/]{4}$/.test(bare)) continue;
    else if (/^[A-Za-z0-9+/]{200,}={0,2}$/.test(bare)) base64 += bare;
    else if (end < 0) break;
    else return undefined;
  }
  if (base64.length < 40) return undefined;
  return { label: begin[1]!, headers, der: Buffer.from(base64, 'base64'), isComplete: end >= 0 };
}
