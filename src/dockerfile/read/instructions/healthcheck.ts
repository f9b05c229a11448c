import { sliceLogical, wordOf } from '../../logical-text.ts';
import type { Flag } from '../../syntax.ts';
import { isSpace, skipSpace } from '../characters.ts';
import { readCommandLine } from '../command-line.ts';
import { checkFlags } from '../flags.ts';
import type { Problems } from '../problems.ts';
import { type InstructionReader, missing } from './reader.ts';

/** `HEALTHCHECK NONE` or `HEALTHCHECK [--interval=…] … CMD command` */
export const healthcheckReader: InstructionReader = {
  flags: { interval: 'text', timeout: 'text', 'start-period': 'text', 'start-interval': 'text', retries: 'text' },
  read(parts, context) {
    const { args, keyword } = parts;
    const { problems } = context;
    let end = 0;
    while (end < args.text.length && !isSpace(args.text.charCodeAt(end))) end++;
    if (end === 0) return missing(keyword, 'NONE, or CMD and a command', context);
    const type = wordOf(args, 0, end);
    const check = type.text.toLowerCase();
    if (check !== 'none' && check !== 'cmd') {
      problems.add(
        'unknown-healthcheck',
        type.span,
        `HEALTHCHECK has no ${JSON.stringify(type.text)}`,
        'write NONE, or CMD and a command',
      );
      return undefined;
    }
    const rest = sliceLogical(args, skipSpace(args.text, end));
    if (check === 'none' && rest.text !== '')
      problems.add('too-many-arguments', rest.span, 'HEALTHCHECK NONE takes no arguments');
    if (check === 'cmd' && rest.text === '') missing(type, 'a command', context);
    const flags =
      check === 'none' ? undefined : checkFlags(parts.flags, { keyword: 'HEALTHCHECK', table: this.flags, problems });
    const duration = (name: string): Flag | undefined => checkedDuration(flags?.get(name), problems);
    return {
      ...parts,
      kind: 'healthcheck',
      check,
      type,
      command: check === 'none' || rest.text === '' ? undefined : readCommandLine(rest, [], problems),
      interval: duration('interval'),
      timeout: duration('timeout'),
      startPeriod: duration('start-period'),
      startInterval: duration('start-interval'),
      retries: checkedCount(flags?.get('retries'), problems),
    };
  },
};

/** Go's durations: `1m30s`, `500ms`. */
const durationPattern = /^[+-]?(?:0|(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;

function checkedDuration(flag: Flag | undefined, problems: Problems): Flag | undefined {
  const value = flag?.value;
  if (flag === undefined || value === undefined || value === '') return flag;
  if (!durationPattern.test(value) || value.length > 64)
    problems.add('invalid-duration', flag.span, `--${flag.name} is no duration`, 'write it as 30s, 1m30s or 500ms');
  else if (value.startsWith('-') || /^\+?(?:[\d.]+(?:ns|us|µs|μs))+$/.test(value))
    problems.add('invalid-duration', flag.span, `--${flag.name} can't be shorter than 1ms`);
  return flag;
}

function checkedCount(flag: Flag | undefined, problems: Problems): Flag | undefined {
  if (flag?.value !== undefined && flag.value !== '' && !/^\+?\d{1,9}$/.test(flag.value))
    problems.add('invalid-count', flag.span, '--retries must be a whole number that is not negative');
  return flag;
}
