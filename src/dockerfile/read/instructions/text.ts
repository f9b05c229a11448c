import { wordOf } from '../../logical-text.ts';
import type { TextInstruction } from '../../syntax.ts';
import { checkFlags } from '../flags.ts';
import { type InstructionReader, missing } from './reader.ts';

/** Instructions that take the rest of the line as one text. */
export function textReader(kind: TextInstruction['kind'], what: string): InstructionReader {
  return {
    flags: {},
    ignoresFlags: kind === 'stopsignal',
    read(parts, context) {
      if (this.ignoresFlags !== true)
        checkFlags(parts.flags, { keyword: kind.toUpperCase(), table: this.flags, problems: context.problems });
      const { args } = parts;
      if (args.text === '') return missing(parts.keyword, what, context);
      return { ...parts, kind, value: wordOf(args, 0, args.text.length) };
    },
  };
}
