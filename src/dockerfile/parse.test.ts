import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../../test/make/fuzz.ts';
import { LineIndex, parseDockerfile } from './index.ts';
import type { CommandLine, Instruction, SyntaxProblem } from './index.ts';

const data = new URL('../../../shared/data/dockerfiles/', import.meta.url);
const isThere = fs.existsSync(data);
const read = (name: string): string => fs.readFileSync(new URL(name, data), 'utf8');
const listed = (name: string): string[] => (isThere ? fs.readdirSync(new URL(name, data)).sort() : []);

/** Problems as `line:column code`. */
function placed(text: string, problems: readonly SyntaxProblem[]): string[] {
  const lines = new LineIndex(text);
  return problems.map(({ span, code }) => {
    const { line, column } = lines.positionAt(span.start);
    return `${line}:${column} ${code}`;
  });
}

const problemsOf = (text: string): string[] => placed(text, parseDockerfile(text).problems);

/** The form of BuildKit's `result` files. */
function printed(instruction: Instruction): string {
  const flags =
    instruction.flags.length === 0 ? [] : [`[${instruction.flags.map(({ text }) => quoted(text)).join(' ')}]`];
  const args = instruction.kind === 'onbuild' ? [printed(instruction.trigger)] : argumentsOf(instruction).map(quoted);
  return `(${[instruction.keyword.text.toLowerCase(), ...flags, ...args].join(' ')})`;
}

function argumentsOf(instruction: Instruction): readonly string[] {
  switch (instruction.kind) {
    case 'from':
      return [
        instruction.image.text,
        ...(instruction.as === undefined ? [] : [instruction.as.keyword.text, instruction.as.name.text]),
      ];
    case 'run':
    case 'cmd':
    case 'entrypoint':
      return commandArguments(instruction.command);
    case 'shell':
      return instruction.words.map(({ value }) => value);
    case 'copy':
    case 'add':
      return [...instruction.sources.map(({ text }) => text), instruction.destination.text];
    case 'env':
    case 'label':
      return instruction.pairs.flatMap(({ name, value }) => [name.text, value.text, instruction.isLegacy ? '' : '=']);
    case 'arg':
      return instruction.variables.map(({ name, value }) =>
        value === undefined ? name.text : `${name.text}=${value.text}`,
      );
    case 'expose':
      return instruction.ports.map(({ text }) => text);
    case 'volume':
      return instruction.paths.map(({ text }) => text);
    case 'healthcheck':
      return [
        instruction.type.text,
        ...(instruction.command === undefined ? [] : commandArguments(instruction.command)),
      ];
    case 'invalid': {
      const words = /^(\S*)\s*(.*)$/s.exec(instruction.args.text)!;
      return [words[1]!, words[2]!].filter((word) => word !== '');
    }
    case 'onbuild':
      return [];
    default:
      return [instruction.value.text];
  }
}

function commandArguments(command: CommandLine): readonly string[] {
  if (command.form === 'exec') return command.words.map(({ value }) => value);
  return command.command.text === '' ? [] : [command.command.text];
}

/** As Go's strconv.Quote. */
function quoted(text: string): string {
  const escapes: Record<string, string> = {
    '"': '\\"',
    '\\': '\\\\',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\0': '\\x00',
  };
  return `"${[...text].map((character) => escapes[character] ?? character).join('')}"`;
}

describe.skipIf(!isThere)("BuildKit's parser cases (skipped where ../shared/data is missing)", () => {
  it.each(listed('buildkit-parser/testfiles'))('%s gives the same tree', (name) => {
    const file = parseDockerfile(read(`buildkit-parser/testfiles/${name}/Dockerfile`));
    const expected = read(`buildkit-parser/testfiles/${name}/result`).trimEnd();
    expect(file.instructions.map(printed).join('\n')).toBe(expected);
  });

  it('finds what BuildKit refuses later in those trees, and nothing else', () => {
    const refused = listed('buildkit-parser/testfiles').flatMap((name) => {
      const problems = problemsOf(read(`buildkit-parser/testfiles/${name}/Dockerfile`));
      return problems.map((problem) => `${name} ${problem}`);
    });
    expect(refused).toEqual([
      'flags 3:6 unknown-flag',
      'flags 4:6 unknown-flag',
      'flags 5:6 unknown-flag',
      'flags 5:16 unknown-flag',
      'flags 6:6 unknown-flag',
      'flags 8:5 unknown-flag',
      'flags 9:5 unknown-flag',
      'flags 10:5 unknown-flag',
      'health 4:1 missing-argument',
      'health 7:13 missing-argument',
      'health 10:13 unknown-healthcheck',
      'jeztah-invalid-json-json-inside-string 1:1 no-stage',
      'jeztah-invalid-json-json-inside-string-double 1:1 no-stage',
      'jeztah-invalid-json-single-quotes 1:1 no-stage',
      'jeztah-invalid-json-unterminated-bracket 1:1 no-stage',
      'jeztah-invalid-json-unterminated-string 1:1 no-stage',
      'json 1:1 no-stage',
    ]);
  });

  it('fails at line and column where BuildKit fails', () => {
    const failed = listed('buildkit-parser/testfiles-negative').map((name) => [
      name,
      problemsOf(read(`buildkit-parser/testfiles-negative/${name}/Dockerfile`)),
    ]);
    expect(Object.fromEntries(failed)).toEqual({
      empty_dockerfile: ['1:1 no-instructions'],
      env_no_value: ['3:1 missing-argument'],
      only_comments: ['1:1 no-instructions'],
      'shykes-nested-json': ['1:1 no-stage', '1:5 not-strings'],
    });
  });
});

describe.skipIf(!isThere)('206 real files (skipped where ../shared/data is missing)', () => {
  const files = listed('real');

  it('come back byte for byte from what was read of them', () => {
    expect(files.length).toBe(206);
    for (const name of files) {
      const text = read(`real/${name}`);
      const file = parseDockerfile(text);
      // What lies between the instructions is comments, directives and white space; together they are the file.
      let rebuilt = '';
      let at = 0;
      for (const { lines } of file.instructions) {
        const between = text.slice(at, lines.start);
        for (const line of between.split('\n')) expect(line.replace('\ufeff', '')).toMatch(/^\s*(?:#.*)?$/);
        rebuilt += between + text.slice(lines.start, lines.end);
        at = lines.end;
      }
      expect(Buffer.from(rebuilt + text.slice(at))).toEqual(fs.readFileSync(new URL(`real/${name}`, data)));
    }
  });

  it('are read without a complaint', () => {
    const complaints = files.flatMap((name) => problemsOf(read(`real/${name}`)).map((problem) => `${name} ${problem}`));
    expect(complaints).toEqual([]);
  });

  it('have every word where its span says', () => {
    for (const name of files) {
      const { text, instructions } = parseDockerfile(read(`real/${name}`));
      for (const { keyword, args, flags } of instructions) {
        expect(text.slice(keyword.span.start, keyword.span.end)).toBe(keyword.text);
        for (const flag of flags) expect(text.slice(flag.span.start, flag.span.start + 2)).toBe('--');
        for (let at = 0; at < args.text.length; at += 7) {
          const piece = args.pieces.findLast((each) => each.at <= at)!;
          expect(text[piece.source + at - piece.at]).toBe(args.text[at]);
        }
      }
    }
  });
});

describe('whatever the text', () => {
  const seed = [
    '# escape=`\nARG V=1\nFROM --platform=$X a:${V:-2} AS b\nRUN <<EOF `\n x\nhi\nEOF\n',
    'FROM a\nRUN --mount=type=secret,id=x \\\n  # c\n\n make && \\\n x\nCOPY --from=b ["a", "b"] /c\nONBUILD ADD <<-"E" /x\n\ty\n\tE\n',
    'FROM a\nENV A="b c" D=e\\ f\nLABEL x y z\nHEALTHCHECK --interval=1s CMD a\nSHELL ["x"]\nEXPOSE 80/tcp\nVOLUME /a\n',
  ].join('');
  /** A text cut, with pieces put in. */
  const broken = fc
    .tuple(
      fc.nat(seed.length),
      fc.nat(seed.length),
      fc.array(
        fc.tuple(
          fc.nat(seed.length),
          fc.constantFrom(
            '\\',
            '\n',
            '"',
            "'",
            '$',
            '${',
            '<<',
            '#',
            '\0',
            '\u2028',
            '\ufeff',
            '`',
            '[',
            '--',
            '😀',
            '\ud800',
          ),
        ),
      ),
    )
    .map(([from, to, pieces]) => {
      let text = seed.slice(Math.min(from, to), Math.max(from, to));
      for (const [at, piece] of pieces)
        text = text.slice(0, at % (text.length + 1)) + piece + text.slice(at % (text.length + 1));
      return text;
    });

  it.each([
    ['put together from pieces of real ones', broken],
    ['at all', fc.string({ unit: 'binary', maxLength: 300 })],
  ])('%s, reading gives the same twice, and every place is within it and in order', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const file = parseDockerfile(text);
        expect(parseDockerfile(text)).toEqual(file);
        let at = 0;
        for (const { span, lines, args, keyword, flags, heredocs, kind } of file.instructions) {
          expect(lines.start).toBeGreaterThanOrEqual(at);
          expect(kind === 'invalid' || lines.end > lines.start).toBe(true);
          at = lines.end;
          for (const each of [
            span,
            args.span,
            keyword.span,
            ...flags.map((flag) => flag.span),
            ...heredocs.map((doc) => doc.contentSpan),
          ]) {
            expect(each.end).toBeGreaterThanOrEqual(each.start);
            expect(each.start).toBeGreaterThanOrEqual(lines.start);
            expect(each.end).toBeLessThanOrEqual(lines.end);
          }
        }
        expect(at).toBeLessThanOrEqual(text.length);
        for (const { span } of file.problems) expect(span.end >= span.start && span.end <= text.length).toBe(true);
      }),
      fuzz(1500),
    );
  });
});
