import type { Edit, Fix } from './rule.ts';
import { lineEndOf } from './rule-edits.ts';
import type { ShellFix } from './shell/index.ts';
import type { Dockerfile, Instruction } from './syntax.ts';

/**
 * The edits of a rule on shell text as the Dockerfile around it has them: instructions before the RUN stand above its comments,
 * a command behind it on a line of its own where the RUN has several. Undefined where an edit would take a comment away, or
 * put something before a trigger.
 */
export function placedFix(fix: ShellFix, file: Dockerfile): Fix | undefined {
  const edits: Edit[] = [];
  for (const { from, to, text } of fix.edits) {
    const span = { start: from, end: to };
    if (/\n[ \t]*#/.test(file.text.slice(from, to))) return undefined;
    if (text.endsWith('\n')) {
      const instruction = instructionAt(file, from);
      if (instruction === undefined || instruction.kind === 'onbuild') return undefined;
      edits.push(above(instruction, text, file.text));
    } else edits.push({ span, text: text.startsWith(' && ') ? onItsLine(text, from, file) : text });
  }
  return { ...fix, edits };
}

/** The instruction that begins at or before an offset. */
function instructionAt({ instructions }: Dockerfile, offset: number): Instruction | undefined {
  let [low, high] = [0, instructions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instructions[middle]!.span.start <= offset) low = middle + 1;
    else high = middle;
  }
  return instructions[low - 1];
}

/** A line above an instruction and the comments that belong to it. */
function above({ lines, comments }: Instruction, line: string, text: string): Edit {
  const [first] = comments;
  const at = first === undefined ? lines.start : text.lastIndexOf('\n', first.span.start) + 1;
  return { span: { start: at, end: at }, text: line.replace('\n', lineEndOf(text)) };
}

/** `&& command` below the lines of an instruction that has several, else behind it. */
function onItsLine(text: string, offset: number, file: Dockerfile): string {
  const instruction = instructionAt(file, offset);
  const line = file.text.lastIndexOf('\n', offset - 1) + 1;
  if (instruction === undefined || line <= instruction.span.start) return text;
  const indent = /^[ \t]*/.exec(file.text.slice(line, line + 100))![0];
  return ` ${file.escape}${lineEndOf(file.text)}${indent === '' ? '    ' : indent}${text.slice(1)}`;
}
