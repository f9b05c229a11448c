import { checkFlags } from '../flags.ts';
import { blankWords } from '../words.ts';
import { pathsOf } from './copy.ts';
import { type InstructionReader, missing } from './reader.ts';

/** `EXPOSE port[/protocol] …` */
export const exposeReader: InstructionReader = {
  flags: {},
  read(parts, context) {
    checkFlags(parts.flags, { keyword: 'EXPOSE', table: this.flags, problems: context.problems });
    const ports = blankWords(parts.args);
    return ports.length === 0 ? missing(parts.keyword, 'a port', context) : { ...parts, kind: 'expose', ports };
  },
};

/** `VOLUME path …` or `VOLUME ["path", …]` */
export const volumeReader: InstructionReader = {
  flags: {},
  read(parts, context) {
    checkFlags(parts.flags, { keyword: 'VOLUME', table: this.flags, problems: context.problems });
    const { words, isJson } = pathsOf(parts, context);
    if (words.length === 0) return missing(parts.keyword, 'a path', context);
    for (const { text, span } of words)
      if (text.trim() === '') context.problems.add('empty-path', span, "a volume's path is empty");
    return { ...parts, kind: 'volume', isJson, paths: words };
  },
};
