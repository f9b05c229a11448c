import { isSpace, skipSpace } from './read/characters.ts';
import type { LogicalText, Span, Word } from './syntax.ts';

type Piece = LogicalText['pieces'][number];

/** Where the character at that offset of the joined text stands in the source; behind the last one, its end. */
export function sourceOffset(logical: LogicalText, at: number): number {
  if (at >= logical.text.length) return logical.span.end;
  const piece = pieceAt(logical.pieces, at);
  return piece === undefined ? logical.span.start : piece.source + (at - piece.at);
}

/** Where a part of the joined text stands in the source, with all that was left out between its first and last character. */
export function sourceSpan(logical: LogicalText, from: number, to: number): Span {
  const start = sourceOffset(logical, from);
  return { start, end: to <= from ? start : sourceOffset(logical, to - 1) + (to > logical.text.length ? 0 : 1) };
}

/** A part of the joined text. */
export function sliceLogical(logical: LogicalText, from: number, to = logical.text.length): LogicalText {
  const pieces: Piece[] = [];
  const first = Math.max(0, indexOfPiece(logical.pieces, from));
  for (let i = first; i < logical.pieces.length; i++) {
    const { at, source } = logical.pieces[i]!;
    if (at >= to && i > first) break;
    pieces.push(at >= from ? { at: at - from, source } : { at: 0, source: source + (from - at) });
  }
  return { text: logical.text.slice(from, to), pieces, span: sourceSpan(logical, from, to) };
}

/** Without white space at both ends. */
export function trimLogical(logical: LogicalText): LogicalText {
  const { text } = logical;
  const from = skipSpace(text, 0);
  let to = text.length;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return from === 0 && to === text.length ? logical : sliceLogical(logical, from, to);
}

/** A part of the joined text as a word. */
export function wordOf(logical: LogicalText, from: number, to: number, text = logical.text.slice(from, to)): Word {
  return { text, span: sourceSpan(logical, from, to) };
}

function pieceAt(pieces: readonly Piece[], at: number): Piece | undefined {
  return pieces[indexOfPiece(pieces, at)];
}

/** Index of the last piece that begins at or before the offset. */
function indexOfPiece(pieces: readonly Piece[], at: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pieces[middle]!.at <= at) low = middle;
    else high = middle - 1;
  }
  return high < 0 ? -1 : low;
}
