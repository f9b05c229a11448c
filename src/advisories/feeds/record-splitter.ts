/** A piece of a feed: the bytes of one JSON value or line, or the news that there was one too large to hold. */
export type Piece = { readonly bytes: Buffer } | { readonly oversizedBytes: number };

export interface SplitLimits {
  /** Largest value; a larger one is passed over. */
  readonly maxRecordBytes: number;
  /** Largest first value of a file, where whole documents (catalogues) are found. */
  readonly maxDocumentBytes: number;
}

const newline = 10;
const openBrace = 123;
const closeBrace = 125;
const quote = 34;
const backslash = 92;

/**
 * Cuts a stream into lines (NDJSON, CSV) or, where its first line is not whole JSON, into the objects of a JSON document
 * or array; holds no more than one value. A file of lines is cut at line ends, so that one broken line costs no other.
 */
export class RecordSplitter {
  private readonly limits: SplitLimits;
  private mode: 'unknown' | 'lines' | 'objects';
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Bytes of a value that has outgrown its limit: it is counted and no longer kept. */
  private lostBytes = 0;
  private values = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;

  /** `lines`: the name says so (`.ndjson`, `.csv`). */
  constructor(limits: SplitLimits, mode: 'unknown' | 'lines' = 'unknown') {
    this.limits = limits;
    this.mode = mode;
  }

  /** The pieces that end in this chunk. */
  push(chunk: Buffer): Piece[] {
    if (this.mode === 'unknown') {
      const whole = this.heldBytes === 0 ? chunk : Buffer.concat([...this.held, chunk]);
      const decided = modeOf(whole, whole.length > this.limits.maxDocumentBytes);
      if (decided === undefined) {
        this.hold(chunk);
        return [];
      }
      this.forget();
      this.mode = decided;
      return this.cut(whole);
    }
    return this.cut(chunk);
  }

  /** What is left at the end of the stream. */
  end(): Piece[] {
    if (this.mode === 'unknown') {
      const whole = Buffer.concat(this.held);
      this.forget();
      this.mode = modeOf(whole, true) ?? 'lines';
      return [...this.cut(whole), ...this.end()];
    }
    if (this.lostBytes > 0) return [{ oversizedBytes: this.lostBytes }];
    if (this.heldBytes === 0) return [];
    const bytes = Buffer.concat(this.held);
    this.forget();
    return isBlank(bytes) ? [] : [{ bytes }];
  }

  private cut(chunk: Buffer): Piece[] {
    return this.mode === 'lines' ? this.cutLines(chunk) : this.cutObjects(chunk);
  }

  private cutLines(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.take(chunk.subarray(start, end), pieces);
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
    return pieces;
  }

  private cutObjects(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let { depth, inString, escaped } = this;
    let start = depth > 0 ? 0 : -1;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) {
        if (depth > 0) inString = true;
      } else if (byte === openBrace) {
        if (depth === 0) start = i;
        depth++;
      } else if (byte === closeBrace && depth > 0) {
        depth--;
        if (depth === 0) {
          this.take(chunk.subarray(start, i + 1), pieces);
          start = -1;
        }
      }
    }
    if (start !== -1) this.hold(chunk.subarray(start));
    Object.assign(this, { depth, inString, escaped });
    return pieces;
  }

  private take(last: Buffer, pieces: Piece[]): void {
    const total = this.lostBytes + this.heldBytes + last.length;
    if (total > this.limit) pieces.push({ oversizedBytes: total });
    else {
      const bytes = this.heldBytes === 0 ? last : Buffer.concat([...this.held, last]);
      if (!isBlank(bytes)) pieces.push({ bytes });
    }
    this.values++;
    this.forget();
  }

  private hold(part: Buffer): void {
    if (this.lostBytes === 0 && this.heldBytes + part.length <= this.limit) {
      // A copy: the reader of the stream may use its buffer again.
      this.held.push(Buffer.from(part));
      this.heldBytes += part.length;
      return;
    }
    this.lostBytes += this.heldBytes + part.length;
    this.held = [];
    this.heldBytes = 0;
  }

  private forget(): void {
    this.held = [];
    this.heldBytes = 0;
    this.lostBytes = 0;
  }

  private get limit(): number {
    return this.values === 0 ? this.limits.maxDocumentBytes : this.limits.maxRecordBytes;
  }
}

/** Lines where the first line is a whole object or no JSON at all; undefined while the first line has not ended. */
function modeOf(start: Buffer, last: boolean): 'lines' | 'objects' | undefined {
  let first = 0;
  while (first < start.length && isSpace(start[first])) first++;
  if (first === start.length) return undefined;
  if (start[first] !== openBrace) return start[first] === 91 ? 'objects' : 'lines';
  const end = start.indexOf(newline, first);
  if (end === -1) return last ? 'objects' : undefined;
  try {
    JSON.parse(start.toString('utf8', first, end));
    return 'lines';
  } catch {
    return 'objects';
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length < 64 && bytes.every(isSpace);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9 || byte === 0xef || byte === 0xbb || byte === 0xbf;
}
