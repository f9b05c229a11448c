import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { expandWord, parseDockerfile, type Scope, stageGraph } from '../index.ts';

const values: Readonly<Record<string, string>> = { PWD: '/home', SHELL: 'bash', NULL: '', V: '1.2.3-rc1', L: 'abcabc' };
const scope = (): Scope => ({
  lookup: (name) =>
    Object.hasOwn(values, name) ? { state: 'fixed', value: values[name] } : { state: 'undefined', value: undefined },
  names: () => Object.keys(values),
  escape: '\\',
  budget: { left: 1_000_000 },
});

/** As a builder makes it, or `error`. */
function expanded(word: string): string {
  const { text, error } = expandWord(word, scope());
  return error === undefined ? (text ?? 'unknown') : 'error';
}

describe('a word', () => {
  // The facts are those of BuildKit's lexer, which was asked.
  it.each([
    ['he$PWD', 'he/home'],
    ['he\\$PWD', 'he$PWD'],
    ['he\\\\$PWD', 'he\\/home'],
    ['"he\\$PWD"', 'he$PWD'],
    ["'$PWD'", '$PWD'],
    ['"\'$PWD\'"', "'/home'"],
    ['he$.x', 'he$.x'],
    ['he$1x', 'hex'],
    ['$999aaa', 'aaa'],
    ['$@@@', '@@'],
    ['${PWD}', '/home'],
    ['${}', 'error'],
    ['${PWD', 'error'],
    ['${.}', 'error'],
    ['${X:-000}x', '000x'],
    ['${NULL:-0}', '0'],
    ['${NULL-0}', ''],
    ['${X:-${Y:-z}}', 'z'],
    ['${X:+y}', ''],
    ['${PWD:+${PWD}:}x', '/home:x'],
    ['${X?no}', 'error'],
    ['${PWD:?no}', '/home'],
    ['${NULL:?no}', 'error'],
    ['${X:=y}', 'error'],
    ['${X:-\\${PWD}z}', '${PWDz}'],
    ['"abc\\tdef"', 'abc\\tdef'],
    ['abc\\tdef', 'abctdef'],
    ['hello\\', 'hello'],
    ["he'llo", 'error'],
    ["안'녕'하", '안녕하'],
    ['${V%-*}', '1.2.3'],
    ['${V%%.*}', '1'],
    ['${V#*.}', '2.3-rc1'],
    ['${V##*.}', '3-rc1'],
    ['${L/b/x}', 'axcabc'],
    ['${L//b/x}', 'axcaxc'],
    ['${L//a?/-}', '-c-c'],
    ['${PWD/\\/home/x}', 'x'],
    ['${L/*c/x}', 'x'],
  ])('%s becomes %s', (word, result) => {
    expect(expanded(word)).toBe(result);
  });

  it('whatever it is, neither throws nor grows beyond bounds', () => {
    const piece = fc.constantFrom(
      ...[
        '$',
        '${',
        '}',
        'PWD',
        'L',
        ':-',
        '-',
        ':+',
        '?',
        '#',
        '##',
        '%',
        '/',
        '//',
        '*',
        '\\',
        '"',
        "'",
        ' ',
        'é',
        '😀',
        '<<',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const word = pieces.join('');
        const { text, uses } = expandWord(word, scope());
        expect((text ?? '').length).toBeLessThan(5000);
        for (const { from, to } of uses) expect(word.slice(from, from + 1) + (to <= word.length)).toBe('$true');
      }),
      fuzz(3000),
    );
  });
});

describe('what an instruction sees', () => {
  /** The state and value of each variable that the last instruction uses. */
  function seen(text: string): string[] {
    const file = parseDockerfile(text);
    const last = file.instructions.at(-1)!;
    const { uses } = expandWord(last.args.text, stageGraph(file).scopeOf(last));
    return uses.map(({ name, state, value }) => `${name} ${state}${value === undefined ? '' : ` ${value}`}`);
  }

  it('is what its stage and those below it set before, nothing of what comes later', () => {
    expect(seen('FROM scratch\nENV A=1\nARG B=2\nENV A=3 C=$A\nUSER $A$B$C$D')).toEqual([
      'A fixed 3',
      'B default 2',
      'C fixed 1',
      'D undefined',
    ]);
    expect(seen('FROM scratch AS x\nENV A=1\nFROM x\nUSER $A')).toEqual(['A fixed 1']);
    expect(seen('FROM scratch AS x\nENV A=1\nFROM scratch\nUSER $A')).toEqual(['A undefined']);
  });

  it('has arguments from before FROM only where they are repeated', () => {
    expect(seen('ARG V=1\nFROM scratch\nUSER $V')).toEqual(['V undefined']);
    expect(seen('ARG V=1\nFROM scratch\nARG V\nUSER $V')).toEqual(['V default 1']);
    expect(seen('ARG V=1\nFROM a:$V')).toEqual(['V default 1']);
    expect(seen('FROM a:$V')).toEqual(['V undefined']);
    expect(seen('FROM scratch\nARG V\nUSER $V')).toEqual(['V unset']);
  });

  it("has the builder's platforms in FROM, and in a stage that asks for them", () => {
    expect(seen('FROM --platform=x a$TARGETARCH')).toEqual(['TARGETARCH given']);
    expect(seen('FROM scratch\nUSER $TARGETARCH')).toEqual(['TARGETARCH undefined']);
    expect(seen('FROM scratch\nARG TARGETARCH\nUSER $TARGETARCH$HTTP_PROXY')).toEqual([
      'TARGETARCH given',
      'HTTP_PROXY given',
    ]);
  });

  it('may have anything of a base that is not known', () => {
    expect(seen('FROM shop/base\nUSER $A')).toEqual(['A inherited']);
    expect(seen('FROM debian:12\nUSER $A$PATH')).toEqual(['A undefined', 'PATH inherited']);
    expect(seen('FROM python:3\nUSER $PYTHON_VERSION')).toEqual(['PYTHON_VERSION inherited']);
  });

  it('stays bounded where variables double themselves', () => {
    const doubling = `FROM scratch\nENV A=${'x'.repeat(1000)}\n${'ENV A=$A$A\n'.repeat(200)}USER $A`;
    expect(seen(doubling)).toEqual(['A inherited']);
  });
});

describe('the graph of stages', () => {
  it('tells bases, what is taken, and what the target needs', () => {
    const graph = stageGraph(
      parseDockerfile(
        [
          'FROM golang:1 AS Build',
          'FROM build AS test',
          'FROM scratch',
          'COPY --from=build /a /a',
          'COPY --from=nginx:1 /b /b',
          'RUN --mount=from=build,target=/x ls',
        ].join('\n'),
      ),
    );
    expect(graph.problems).toEqual([]);
    expect(
      graph.stages.map(({ name, base, isReachable, takes }) => ({
        name,
        base: base.kind,
        isReachable,
        takes: takes.length,
      })),
    ).toEqual([
      { name: 'build', base: 'image', isReachable: true, takes: 0 },
      { name: 'test', base: 'stage', isReachable: false, takes: 0 },
      { name: undefined, base: 'scratch', isReachable: true, takes: 3 },
    ]);
    expect(graph.target?.takes.map(({ written, source }) => [written, source.kind])).toEqual([
      ['build', 'stage'],
      ['nginx:1', 'image'],
      ['build', 'stage'],
    ]);
  });

  it('says which references can not be built', () => {
    const graph = stageGraph(
      parseDockerfile(
        'ARG X\nFROM a AS one\nCOPY --from=one . .\nCOPY --from=two . .\nCOPY --from=7 . .\nCOPY --from=$X . .\nFROM b AS two',
      ),
    );
    expect(graph.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'stage-takes-itself: the stage takes from itself: "one"',
      'stage-not-built: the stage "two" comes later',
      'no-such-stage: there is no stage 7',
      'variable-in-from: variables are not put into --from',
    ]);
  });
});
