import { sourceSpan } from '../logical-text.ts';
import type { Heredoc, LogicalText } from '../syntax.ts';
import { parseTemplate, type Part } from '../variables/template.ts';
import { isSpace } from './characters.ts';

/** What `<<NAME` in an instruction's line says of the lines that follow. */
export type HeredocMark = Omit<Heredoc, 'content' | 'contentSpan'>;

const mark = /^(\d*)<<(-?)\s*([^<]*)$/;

/** Every `<<NAME` of a line that is a word of its own, in order. A line whose quotes or variables are broken has none. */
export function heredocMarks(line: LogicalText): readonly HeredocMark[] {
  const { text } = line;
  if (!text.includes('<<')) return [];
  // Builders always take the backslash here, whatever the escape directive says.
  const { parts, error } = parseTemplate(text, { escape: '\\' });
  if (error !== undefined) return [];
  const marks: HeredocMark[] = [];
  for (const { from, to } of lineWords(text, parts)) {
    const found = markOf(text.slice(from, to));
    if (found !== undefined) marks.push({ ...found, span: sourceSpan(line, from, to) });
  }
  return marks;
}

/** `<<EOF`, `3<<-"EOF"`: what one word says; undefined where it is no here-document. */
export function markOf(word: string): Omit<HeredocMark, 'span'> | undefined {
  const match = mark.exec(word);
  if (match === null || match[3] === '') return undefined;
  const rest = match[3]!;
  const { parts, error } = parseTemplate(rest, { escape: '\\' });
  if (error !== undefined || lineWords(rest, parts).length !== 1) return undefined;
  const name = parts.map((part) => (part.kind === 'text' ? part.text : rest.slice(part.from, part.to))).join('');
  return {
    name: parts.some(({ isQuoted }) => isQuoted) ? name : name.trimEnd(),
    expands: !parts.some(({ isQuoted }) => isQuoted),
    stripsTabs: match[2] === '-',
    fileDescriptor: Number(match[1]!.slice(0, 9)),
  };
}

/** Words as builders split them here: at white space outside of quotes, but not at that behind `<<`. */
function lineWords(text: string, parts: readonly Part[]): readonly { from: number; to: number }[] {
  const words: { from: number; to: number }[] = [];
  let from = -1;
  const end = (at: number): void => {
    if (from !== -1) words.push({ from, to: at });
    from = -1;
  };
  for (const part of parts) {
    if (part.isQuoted || part.kind === 'variable') {
      if (from === -1) from = part.from;
      continue;
    }
    for (let at = part.from; at < part.to; at++) {
      if (text[at] === '\\') {
        if (from === -1) from = at;
        at++;
      } else if (text.startsWith('<<', at)) {
        if (from === -1) from = at;
        at++;
        while (text[at + 1] === ' ' || text[at + 1] === '\t' || text[at + 1] === '\r') at++;
      } else if (isSpace(text.charCodeAt(at))) end(at);
      else if (from === -1) from = at;
    }
  }
  end(text.length);
  return words;
}
