import { checkFlags } from '../flags.ts';
import { blankWords } from '../words.ts';
import { type InstructionReader, missing } from './reader.ts';

const stageName = /^[a-z][a-z0-9\-_.]*$/;

/** `FROM [--platform=P] IMAGE [AS NAME]` */
export const fromReader: InstructionReader = {
  flags: { platform: 'text' },
  read(parts, context) {
    const [image, as, name, ...more] = blankWords(parts.args);
    if (image === undefined) return missing(parts.keyword, 'an image', context);
    const platform = checkFlags(parts.flags, {
      keyword: 'FROM',
      table: this.flags,
      problems: context.problems,
    }).get('platform');
    const isNamed = as !== undefined && name !== undefined && more.length === 0 && as.text.toLowerCase() === 'as';
    if (as !== undefined && !isNamed)
      context.problems.add('invalid-from', as.span, 'FROM takes an image, or an image AS a name');
    if (isNamed && !stageName.test(name.text.toLowerCase()))
      context.problems.add(
        'invalid-stage-name',
        name.span,
        `${JSON.stringify(name.text)} can't name a stage`,
        'begin with a letter; go on with letters, digits, -, _ and .',
      );
    return { ...parts, kind: 'from', image, as: isNamed ? { keyword: as, name } : undefined, platform };
  },
};
