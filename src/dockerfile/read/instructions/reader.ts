import type { Instruction, InstructionBase, Word } from '../../syntax.ts';
import type { FlagTable } from '../flags.ts';
import type { ReadContext } from '../problems.ts';

/** Reads one kind of instruction. Undefined where there is nothing to make one of; a problem then says why. */
export interface InstructionReader {
  readonly flags: FlagTable;
  /** Builders don't look at the flags of `ARG` and `STOPSIGNAL`. */
  readonly ignoresFlags?: boolean;
  /** Whether here-documents may follow. */
  readonly takesHeredocs?: boolean;
  read(parts: InstructionBase, context: ReadContext): Instruction | undefined;
}

/** Says that an instruction lacks what it needs. */
export function missing(keyword: Word, what: string, { problems }: ReadContext): undefined {
  problems.add('missing-argument', keyword.span, `${keyword.text.toUpperCase()} needs ${what}`);
}
