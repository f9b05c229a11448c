import type { Edit } from './rule.ts';
import type { StageGraph } from './stages.ts';
import type { Dockerfile, Instruction, InstructionKind, Span } from './syntax.ts';

/** How lines end in a file: as its first one does. */
export function lineEndOf(text: string): string {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

/** Takes a flag out, with the blanks behind it. */
export function withoutFlag({ text }: Dockerfile, { start, end }: Span): Edit {
  const blanks = /^[ \t]*/.exec(text.slice(end, end + 100))![0].length;
  return { span: { start, end: end + blanks }, text: '' };
}

/** Takes one of several arguments out, with the blanks before it; undefined where it isn't alone between blanks. */
export function withoutArgument({ text }: Dockerfile, { start, end }: Span): Edit | undefined {
  const before = text.slice(Math.max(0, start - 100), start);
  const blanks = /[ \t]+$/.exec(before)?.[0].length;
  if (blanks === undefined || !/^(?:\s|$)/.test(text.slice(end, end + 1))) return undefined;
  return { span: { start: start - blanks, end }, text: '' };
}

/** Takes an instruction out, with the comments above that speak to linters about it alone. */
export function withoutInstruction({ text }: Dockerfile, { lines, comments }: Instruction): Edit {
  const isAboutIt =
    comments.length > 0 && comments.every(({ text: comment }) => /^(?:hadolint|plimsoll)\b/.test(comment));
  const start = isAboutIt ? text.lastIndexOf('\n', comments[0]!.span.start) + 1 : lines.start;
  return { span: { start, end: lines.end }, text: '' };
}

/** What may need the user that it has now, so that another one comes behind it. */
const needsUser: ReadonlySet<InstructionKind> = new Set([
  ...(['run', 'copy', 'add', 'workdir', 'user', 'onbuild', 'shell', 'invalid'] as const),
]);

/** Has the target run as a number that is nobody else's; undefined where there is no place for it. */
export function unprivileged(file: Dockerfile, { target }: StageGraph): Edit | undefined {
  // Windows has no such users.
  if (target === undefined || file.escape === '`') return undefined;
  const last = target.instructions.findLast(({ kind }) => needsUser.has(kind)) ?? target.from;
  if (last.kind === 'user') return { span: last.value.span, text: '65532:65532' };
  const end = lineEndOf(file.text);
  const at = last.lines.end;
  const keyword = target.from.keyword.text === target.from.keyword.text.toLowerCase() ? 'user' : 'USER';
  const isEnded = file.text.slice(0, at).endsWith('\n');
  return {
    span: { start: at, end: at },
    text: isEnded ? `${keyword} 65532:65532${end}` : `${end}${keyword} 65532:65532`,
  };
}

/** What that does to the image. */
export const unprivilegedNote = {
  effect: 'configuration',
  note: 'the program runs as user 65532, and can only write where that may',
} as const;
