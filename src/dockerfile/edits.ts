import type { Edit } from './rule.ts';

/** Puts every edit in place. Of edits that overlap, the first in the text is taken. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = '';
  let at = 0;
  for (const { span, text: replacement } of inOrder) {
    if (span.start < at) continue;
    result += text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return result + text.slice(at);
}
