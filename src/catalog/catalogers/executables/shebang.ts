/** What the kernel makes of a script's first line. */
export interface Shebang {
  readonly interpreter: string;
  /** Everything after the interpreter, as one argument. */
  readonly argument?: string;
}

/** BINPRM_BUF_SIZE since Linux 5.1: the kernel looks no further. */
const bufferBytes = 256;
const newline = 10;

/**
 * Reads `#!` exactly as Linux does (fs/binfmt_script.c, load_script): within the first 256 bytes, blanks and tabs
 * around the name and the argument trimmed, all behind the name one argument, a carriage return part of the word that
 * it ends. Undefined where the kernel would refuse the script (no name, or a name that the 256 bytes cut off).
 */
export function parseShebang(head: Uint8Array): Shebang | undefined {
  if (head[0] !== 0x23 || head[1] !== 0x21) return undefined;
  const last = bufferBytes - 1;
  let end = lineEnd(head);
  if (end === undefined) {
    const first = skipBlanks(head, 2, last);
    // No blank and no NUL after the name: it may go on beyond the buffer.
    if (first === undefined || findTerminator(head, first, last) === undefined) return undefined;
    end = last;
  }
  while (end > 2 && isBlank(byteAt(head, end - 1))) end--;
  const start = skipBlanks(head, 2, end);
  if (start === undefined || start === end) return undefined;
  const separator = findTerminator(head, start, end);
  const nameEnd = separator ?? end;
  if (nameEnd === start) return undefined;
  const interpreter = text(head, start, Math.min(nameEnd, end));
  if (separator === undefined || byteAt(head, separator) === 0) return { interpreter };
  const argumentStart = skipBlanks(head, separator, end);
  if (argumentStart === undefined || argumentStart >= end) return { interpreter };
  const argument = text(head, argumentStart, end);
  return argument === '' ? { interpreter } : { interpreter, argument };
}

/** The kernel's buffer is filled up with NULs where the file ends. */
function byteAt(head: Uint8Array, at: number): number {
  return at < bufferBytes ? (head[at] ?? 0) : 0;
}

/** Place of the newline; a NUL before it hides it, as it does from strnchr. */
function lineEnd(head: Uint8Array): number | undefined {
  for (let at = 0; at < bufferBytes; at++) {
    const byte = byteAt(head, at);
    if (byte === newline) return at;
    if (byte === 0) return undefined;
  }
  return undefined;
}

function skipBlanks(head: Uint8Array, from: number, last: number): number | undefined {
  for (let at = from; at <= last; at++) if (!isBlank(byteAt(head, at))) return at;
  return undefined;
}

function findTerminator(head: Uint8Array, from: number, last: number): number | undefined {
  for (let at = from; at <= last; at++) {
    const byte = byteAt(head, at);
    if (isBlank(byte) || byte === 0) return at;
  }
  return undefined;
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9;
}

/** The bytes up to a NUL or the end, as text. */
function text(head: Uint8Array, start: number, end: number): string {
  let stop = start;
  while (stop < end && byteAt(head, stop) !== 0) stop++;
  return Buffer.from(head.buffer, head.byteOffset + start, stop - start).toString('utf8');
}
