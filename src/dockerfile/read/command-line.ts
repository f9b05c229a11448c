import type { CommandLine, Heredoc, LogicalText } from '../syntax.ts';
import { jsonWords } from './json-words.ts';
import type { Problems } from './problems.ts';

/** Exec form where it is a JSON array of strings, a shell's line otherwise. */
export function readCommandLine(args: LogicalText, heredocs: readonly Heredoc[], problems: Problems): CommandLine {
  const words = jsonWords(args);
  if (words === 'not-strings')
    problems.add('not-strings', args.span, 'a JSON array here must hold strings alone', 'put every argument in quotes');
  return typeof words === 'string'
    ? { form: 'shell', command: args, heredocs }
    : { form: 'exec', words, span: args.span };
}
