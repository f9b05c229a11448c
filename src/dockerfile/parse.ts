import { sliceLogical } from './logical-text.ts';
import { readDirectives } from './read/directives.ts';
import { heredocMarks } from './read/heredoc-marks.ts';
import { readerOf, readInstruction } from './read/instructions/list.ts';
import { jsonWords } from './read/json-words.ts';
import { type InstructionLine, LineReader } from './read/line-reader.ts';
import { Problems, type ReadContext } from './read/problems.ts';
import { type Command, splitCommand } from './read/words.ts';
import type { Dockerfile, Heredoc, Instruction, LogicalText } from './syntax.ts';

/** More than any real Dockerfile has, and little enough to read in a moment. */
const largestBytes = 1024 * 1024;
const mostInstructions = 20_000;
/** Of one instruction's joined lines, in UTF-16 code units. */
const longestInstruction = 128 * 1024;
const mostProblems = 100;

/**
 * Reads a Dockerfile as BuildKit's frontend does (Dockerfile reference 1.x), and goes on where that would stop: what is wrong
 * becomes a problem with its place, the rest is still read. Never throws because of the text.
 */
export function parseDockerfile(text: string): Dockerfile {
  const problems = new Problems();
  const nothing = { text, directives: [], escape: '\\', comments: [], instructions: [] } as const;
  if (text.length > largestBytes || (text.length * 3 > largestBytes && Buffer.byteLength(text) > largestBytes)) {
    problems.add('dockerfile-too-large', { start: 0, end: 0 }, 'the file is larger than 1 MiB, so it was not read');
    return { ...nothing, problems: problems.inOrder() };
  }
  const lines = new LineReader(text, text.startsWith('\ufeff') ? 1 : 0, problems);
  const directives = readDirectives(lines, problems);
  const { escape } = lines;
  const context: ReadContext = { escape, problems };
  const instructions: Instruction[] = [];
  let stages = 0;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    if (instructions.length === mostInstructions) {
      const message = `the file has more than ${mostInstructions} instructions; the rest was not read`;
      problems.add('too-many-instructions', { start: line.start, end: line.start }, message);
      break;
    }
    const instruction = instructionOf(line, lines, context);
    if (instruction.kind === 'from') stages++;
    else if (stages === 0 && instruction.kind !== 'arg' && instruction.kind !== 'invalid') {
      stages = 1;
      const message = `${instruction.keyword.text.toUpperCase()} stands before the first FROM, where only ARG may`;
      problems.add('no-stage', instruction.keyword.span, message, 'begin with FROM and a base image');
    }
    instructions.push(instruction);
  }
  if (instructions.length === 0)
    problems.add('no-instructions', { start: 0, end: 0 }, 'the file has no instructions', 'begin with FROM');
  else if (stages === 0) {
    const { span } = instructions.at(-1)!;
    problems.add('no-stage', span, 'the file has no FROM, so there is nothing to build', 'begin with FROM');
  }
  const found = problems.inOrder();
  return {
    text,
    directives,
    escape: escape as Dockerfile['escape'],
    comments: lines.comments,
    instructions,
    problems: found.length > mostProblems ? found.slice(0, mostProblems) : found,
  };
}

function instructionOf(line: InstructionLine, lines: LineReader, context: ReadContext): Instruction {
  const logical = line.logical.text.length > longestInstruction ? cut(line.logical, context) : line.logical;
  const command = splitCommand(logical, context.escape);
  const heredocs = takesHeredocs(command, context.escape)
    ? heredocMarks(logical).map((mark): Heredoc => {
        const { span, isEnded } = lines.heredoc(mark.name, mark.stripsTabs);
        if (!isEnded)
          context.problems.add(
            'unterminated-heredoc',
            mark.span,
            `the here-document ${JSON.stringify(mark.name.slice(0, 80))} has no end`,
            'write its name alone on the line behind it',
          );
        return { ...mark, content: lines.textOf(span), contentSpan: span };
      })
    : [];
  const start = command.keyword.span.start;
  return readInstruction(
    {
      ...command,
      span: {
        start,
        end: Math.max(command.args.span.end, command.flags.at(-1)?.span.end ?? start, command.keyword.span.end),
      },
      lines: { start: line.start, end: lines.offset },
      comments: line.comments,
      heredocs,
      emptyLines: line.emptyLines,
    },
    context,
  );
}

/** What is left of an instruction that is too long to be meant. */
function cut(logical: LogicalText, { problems }: ReadContext): LogicalText {
  const kept = sliceLogical(logical, 0, longestInstruction);
  problems.add('instruction-too-long', logical.span, 'the instruction is longer than 128 KiB; the rest was not read');
  return kept;
}

/** `RUN`, `COPY`, `ADD` and triggers of these, but not with a JSON array. */
function takesHeredocs(command: Command, escape: string): boolean {
  if (command.keyword.text.toLowerCase() === 'onbuild') {
    const trigger = splitCommand(command.args, escape);
    return trigger.keyword.text.toLowerCase() !== 'onbuild' && takesHeredocs(trigger, escape);
  }
  return readerOf(command.keyword.text)?.takesHeredocs === true && typeof jsonWords(command.args) === 'string';
}
