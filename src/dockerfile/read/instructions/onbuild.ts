import type { Instruction, InstructionBase } from '../../syntax.ts';
import type { ReadContext } from '../problems.ts';
import { checkFlags } from '../flags.ts';
import { splitCommand } from '../words.ts';
import { type InstructionReader, missing } from './reader.ts';

/** `ONBUILD INSTRUCTION`: read as that instruction is. */
export function onbuildReader(
  readTrigger: (parts: InstructionBase, context: ReadContext) => Instruction,
): InstructionReader {
  return {
    flags: {},
    takesHeredocs: true,
    read(parts, context) {
      if (parts.args.text === '') return missing(parts.keyword, 'an instruction', context);
      checkFlags(parts.flags, { keyword: 'ONBUILD', table: this.flags, problems: context.problems });
      const command = splitCommand(parts.args, context.escape);
      const name = command.keyword.text.toUpperCase();
      if (name === 'ONBUILD' || name === 'FROM' || name === 'MAINTAINER') {
        context.problems.add('invalid-trigger', command.keyword.span, `ONBUILD can't trigger ${name}`);
        return undefined;
      }
      const { span, lines, heredocs } = parts;
      const trigger = readTrigger(
        {
          ...command,
          span: { start: command.keyword.span.start, end: span.end },
          lines,
          heredocs,
          comments: [],
          emptyLines: [],
        },
        context,
      );
      return { ...parts, kind: 'onbuild', trigger };
    },
  };
}
