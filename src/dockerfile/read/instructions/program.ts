import { readCommandLine } from '../command-line.ts';
import { checkFlags } from '../flags.ts';
import { jsonWords } from '../json-words.ts';
import { type InstructionReader, missing } from './reader.ts';

/** `CMD` and `ENTRYPOINT`, in shell or exec form. */
export function programReader(kind: 'cmd' | 'entrypoint'): InstructionReader {
  return {
    flags: {},
    read(parts, { problems }) {
      checkFlags(parts.flags, { keyword: kind.toUpperCase(), table: this.flags, problems });
      return { ...parts, kind, command: readCommandLine(parts.args, [], problems) };
    },
  };
}

/** `SHELL ["program", "argument"]` */
export const shellReader: InstructionReader = {
  flags: {},
  read(parts, context) {
    checkFlags(parts.flags, { keyword: 'SHELL', table: this.flags, problems: context.problems });
    const words = jsonWords(parts.args);
    if (words === 'not-strings' || (words === 'not-json' && parts.args.text !== '')) {
      const hint = 'write it as SHELL ["/bin/bash", "-c"]';
      context.problems.add('shell-not-json', parts.args.span, 'SHELL needs a JSON array of strings', hint);
      return undefined;
    }
    if (words.length === 0 || typeof words === 'string')
      return missing(parts.keyword, 'at least one argument', context);
    return { ...parts, kind: 'shell', words };
  },
};
