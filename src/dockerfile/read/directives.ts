import type { Directive } from '../syntax.ts';
import { skipSpace } from './characters.ts';
import type { LineReader } from './line-reader.ts';
import type { Problems } from './problems.ts';

const pattern = /^([a-zA-Z][a-zA-Z0-9]*)([ \t\v\f\r]*=[ \t\v\f\r]*)(\S.*)$/;
const names: ReadonlySet<string> = new Set(['syntax', 'escape', 'check']);

/**
 * The parser directives at the top: `# name=value` lines before anything else, an ordinary comment or an empty line
 * included. Each may stand there once. (Dockerfile reference, "Parser directives".)
 */
export function readDirectives(reader: LineReader, problems: Problems): readonly Directive[] {
  const found: Directive[] = [];
  for (let line = reader.peek(); line !== undefined; line = reader.peek()) {
    const directive = directiveOf(line.text, line.start);
    if (directive === undefined) break;
    if (found.some(({ name }) => name === directive.name)) {
      const message = `only one ${directive.name} directive can be used`;
      problems.add('repeated-directive', directive.span, message, 'keep the first, or add a # before this one');
      break;
    }
    found.push(directive);
    reader.skip();
    if (directive.name !== 'escape') continue;
    if (directive.value === '\\' || directive.value === '`') reader.escape = directive.value;
    else
      problems.add(
        'invalid-escape',
        directive.valueSpan,
        `the escape character can't be ${JSON.stringify(directive.value)}`,
        'it is \\ or `',
      );
  }
  return found;
}

function directiveOf(line: string, start: number): Directive | undefined {
  const from = skipSpace(line, 0);
  if (line[from] !== '#') return undefined;
  const at = skipSpace(line, from + 1);
  const match = pattern.exec(line.slice(at));
  if (match === null) return undefined;
  const name = match[1]!.toLowerCase();
  if (!names.has(name)) return undefined;
  const value = match[3]!.trimEnd();
  const valueStart = start + at + match[1]!.length + match[2]!.length;
  return {
    name: name as Directive['name'],
    value,
    valueSpan: { start: valueStart, end: valueStart + value.length },
    span: { start: start + from, end: valueStart + value.length },
  };
}
