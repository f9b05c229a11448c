import { describe, expect, it } from 'vitest';
import { type Dockerfile, type Instruction, LineIndex, parseDockerfile, sourceSpan } from './index.ts';

function only(text: string): Instruction {
  const { instructions, problems } = parseDockerfile(`FROM a\n${text}\n`);
  expect(problems).toEqual([]);
  expect(instructions.length).toBe(2);
  return instructions[1]!;
}

function problemsOf(text: string): string[] {
  const { problems } = parseDockerfile(text);
  const lines = new LineIndex(text);
  return problems.map(({ code, message, hint, span }) => {
    const { line, column } = lines.positionAt(span.start);
    return `${line}:${column} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
  });
}

/** What a span of a file holds. */
function at({ text }: Dockerfile, { start, end }: { start: number; end: number }): string {
  return text.slice(start, end);
}

describe('an instruction keeps', () => {
  it('its flags with their values, without quotes, and where each stands', () => {
    const file = parseDockerfile('FROM --platform="linux/arm64" a:1 AS Build\n');
    const [from] = file.instructions;
    expect(from).toMatchObject({
      kind: 'from',
      image: { text: 'a:1' },
      as: { keyword: { text: 'AS' }, name: { text: 'Build' } },
      platform: { name: 'platform', value: 'linux/arm64' },
    });
    expect(from!.flags.map(({ span, valueSpan }) => [at(file, span), at(file, valueSpan)])).toEqual([
      ['--platform="linux/arm64"', '"linux/arm64"'],
    ]);
  });

  it('the places of words that lines, comments and empty lines break up', () => {
    const file = parseDockerfile('FROM a\nRUN  one \\\n# said\n\n   tw\\\no three\n');
    const run = file.instructions[1]!;
    expect(run.args.text).toBe('one    two three');
    const spanOf = (word: string): string =>
      at(file, sourceSpan(run.args, run.args.text.indexOf(word), run.args.text.indexOf(word) + word.length));
    expect([spanOf('one'), spanOf('two'), spanOf('three')]).toEqual(['one', 'tw\\\no', 'three']);
    expect(run.emptyLines.map(({ start }) => new LineIndex(file.text).positionAt(start).line)).toEqual([4]);
    expect(file.comments).toMatchObject([{ text: 'said', insideInstruction: true }]);
  });

  it('the comments right above it, as far as no empty line or comment is between', () => {
    const file = parseDockerfile('# syntax=x\n# a\nFROM b\n# c\n\n# d\n#\n# e\nRUN f\n');
    expect(file.instructions.map(({ comments }) => comments.map(({ text }) => text))).toEqual([['a'], ['e']]);
    expect(file.directives).toMatchObject([{ name: 'syntax', value: 'x' }]);
  });

  it('line ends of Windows out of its words', () => {
    const { instructions } = parseDockerfile('FROM a\r\nRUN b \\\r\n c\r\nUSER d\r\n');
    expect(instructions.map(({ args }) => args.text)).toEqual(['a', 'b  c', 'd']);
  });
});

describe('here-documents', () => {
  it('are read one after the other, with what their names say', () => {
    const file = parseDockerfile(
      'FROM a\nCOPY <<one <<-"two" 3<<t\'hr\'ee /to/\nA\n one\none\n\tB\n\ttwo\nthree\nUSER x\n',
    );
    const copy = file.instructions[1]!;
    expect(
      copy.heredocs.map(({ contentSpan, span, ...rest }) => ({
        ...rest,
        written: at(file, span),
        same: at(file, contentSpan),
      })),
    ).toEqual([
      {
        name: 'one',
        expands: true,
        stripsTabs: false,
        fileDescriptor: 0,
        content: 'A\n one\n',
        written: '<<one',
        same: 'A\n one\n',
      },
      {
        name: 'two',
        expands: false,
        stripsTabs: true,
        fileDescriptor: 0,
        content: '\tB\n',
        written: '<<-"two"',
        same: '\tB\n',
      },
      {
        name: 'three',
        expands: false,
        stripsTabs: false,
        fileDescriptor: 3,
        content: '',
        written: "3<<t'hr'ee",
        same: '',
      },
    ]);
    expect(file.instructions[2]).toMatchObject({ kind: 'user', value: { text: 'x' } });
    expect(at(file, copy.lines)).toBe(file.text.slice(7, -'USER x\n'.length));
  });

  it('belong to RUN in shell form and to triggers, not to JSON or other instructions', () => {
    expect(only('RUN <<EOF cat\nhi\nEOF')).toMatchObject({
      command: { form: 'shell', heredocs: [{ content: 'hi\n' }] },
    });
    expect(only('ONBUILD COPY <<EOF /x\nhi\nEOF')).toMatchObject({
      trigger: { sources: [{ heredoc: { content: 'hi\n' } }] },
    });
    expect(only('RUN ["a", "<<EOF"]')).toMatchObject({ command: { form: 'exec' }, heredocs: [] });
    expect(only('ENV A=<<EOF')).toMatchObject({ heredocs: [] });
    expect(only('RUN echo "<<EOF"')).toMatchObject({ heredocs: [] });
  });

  it('without an end are a problem', () => {
    expect(problemsOf('FROM a\nRUN <<EOF\nhi\n')).toEqual([
      '2:5 unterminated-heredoc: the here-document "EOF" has no end (write its name alone on the line behind it)',
    ]);
  });
});

describe('typed instructions', () => {
  it('RUN has its mounts, network and security', () => {
    const run = only(
      'RUN --mount=type=cache,id=x,target=/root/.cache,sharing=locked --mount=type=secret,id=k,required --mount=from=b,src=/a,dst=/c,rw --network=none --security=sandbox make',
    );
    expect(run).toMatchObject({
      kind: 'run',
      network: { value: 'none' },
      security: { value: 'sandbox' },
      mounts: [
        { type: 'cache', id: 'x', target: '/root/.cache', sharing: 'locked', readOnly: false },
        { type: 'secret', id: 'k', required: true, readOnly: true },
        { type: 'bind', from: 'b', source: '/a', target: '/c', readOnly: false },
      ],
    });
  });

  it('COPY and ADD have their flags, sources and destination', () => {
    expect(
      only('COPY --from=b --link --chown=1:2 --chmod=755 --parents --exclude=*.md --exclude=x a b /to/'),
    ).toMatchObject({
      kind: 'copy',
      from: { value: 'b' },
      link: true,
      parents: true,
      chown: { value: '1:2' },
      chmod: { value: '755' },
      exclude: [{ value: '*.md' }, { value: 'x' }],
      sources: [{ text: 'a' }, { text: 'b' }],
      destination: { text: '/to/' },
    });
    expect(only('ADD --checksum=sha256:aa --keep-git-dir=false ["a b", "/to it"]')).toMatchObject({
      kind: 'add',
      isJson: true,
      checksum: { value: 'sha256:aa' },
      keepGitDir: false,
      sources: [{ text: 'a b' }],
      destination: { text: '/to it' },
    });
  });

  it('ENV and LABEL have pairs in the new form and in the old one; ARG has names', () => {
    const pairs = (text: string): unknown => {
      const read = only(text);
      if (read.kind !== 'env' && read.kind !== 'label') throw new Error(read.kind);
      return [read.isLegacy, ...read.pairs.map(({ name, value }) => [name.text, value.text])];
    };
    expect(pairs('ENV A=1 B="2 3" C=\\ d')).toEqual([false, ['A', '1'], ['B', '"2 3"'], ['C', '\\ d']]);
    expect(pairs('LABEL a  b=c d')).toEqual([true, ['a', 'b=c d']]);
    expect(only('ARG A B=1 C=')).toMatchObject({
      variables: [
        { name: { text: 'A' }, value: undefined },
        { name: { text: 'B' }, value: { text: '1' } },
        { name: { text: 'C' }, value: { text: '' } },
      ],
    });
  });

  it('HEALTHCHECK, SHELL, VOLUME, EXPOSE and the rest', () => {
    expect(only('HEALTHCHECK --interval=1m30s --retries=3 CMD ["a"]')).toMatchObject({
      check: 'cmd',
      interval: { value: '1m30s' },
      retries: { value: '3' },
      command: { form: 'exec', words: [{ value: 'a' }] },
    });
    expect(only('HEALTHCHECK none')).toMatchObject({ check: 'none', command: undefined });
    expect(only('SHELL ["bash", "-c"]')).toMatchObject({ words: [{ value: 'bash' }, { value: '-c' }] });
    expect(only('VOLUME ["/a b"]')).toMatchObject({ isJson: true, paths: [{ text: '/a b' }] });
    expect(only('EXPOSE 80 443/udp')).toMatchObject({ ports: [{ text: '80' }, { text: '443/udp' }] });
    expect(only('STOPSIGNAL SIGINT')).toMatchObject({ kind: 'stopsignal', value: { text: 'SIGINT' } });
    expect(only('entrypoint exec top -b')).toMatchObject({
      command: { form: 'shell', command: { text: 'exec top -b' } },
    });
  });
});

describe('what a builder refuses', () => {
  it('is said with its place, and with what may be meant', () => {
    expect(
      problemsOf(
        [
          'FROM a AS 1x',
          'RNU make',
          'COPY --form=b a b',
          'RUN --mount=type=cahce,target=/x make',
          'RUN --mount=type=bind,targte=/x make',
          'RUN --network=hsot make',
          'HEALTHCHECK --interval=5 CMD x',
          'ENV A=1 B',
          'SHELL bash -c',
          'ONBUILD FROM x',
          'COPY a',
          'WORKDIR',
        ].join('\n'),
      ),
    ).toEqual([
      '1:11 invalid-stage-name: "1x" can\'t name a stage (begin with a letter; go on with letters, digits, -, _ and .)',
      '2:1 unknown-instruction: there is no instruction "RNU" (did you mean RUN?)',
      '3:6 unknown-flag: COPY has no flag --form (did you mean --from?)',
      '4:5 unknown-mount-type: there is no mount type "cahce" (did you mean cache?)',
      '5:5 unknown-mount-option: --mount has no option "targte" (did you mean target?)',
      '6:5 invalid-flag: --network can\'t be "hsot" (it is one of default, none, host)',
      '7:13 invalid-duration: --interval is no duration (write it as 30s, 1m30s or 500ms)',
      '8:9 not-a-pair: "B" has no = (write name=value, and put a value with blanks in quotes)',
      '9:7 shell-not-json: SHELL needs a JSON array of strings (write it as SHELL ["/bin/bash", "-c"])',
      "10:9 invalid-trigger: ONBUILD can't trigger FROM",
      '11:1 missing-argument: COPY needs at least two arguments: what, and where to',
      '12:1 missing-argument: WORKDIR needs a path',
    ]);
  });

  it('includes directives that are given twice or make no sense, and instructions before FROM', () => {
    expect(problemsOf('# escape=`\n# escape=\\\nFROM a')).toEqual([
      '2:1 repeated-directive: only one escape directive can be used (keep the first, or add a # before this one)',
    ]);
    expect(problemsOf('# escape=x\nFROM a')).toEqual([
      '1:10 invalid-escape: the escape character can\'t be "x" (it is \\ or `)',
    ]);
    expect(problemsOf('RUN x\nFROM a')).toEqual([
      '1:1 no-stage: RUN stands before the first FROM, where only ARG may (begin with FROM and a base image)',
    ]);
  });
});

describe('limits', () => {
  it('leave a file over 1 MiB unread, and instructions beyond the 20,000th', () => {
    const large = parseDockerfile(`FROM a\n${'#'.repeat(1024 * 1024)}`);
    expect([large.instructions.length, large.problems.map(({ code }) => code)]).toEqual([0, ['dockerfile-too-large']]);
    const long = parseDockerfile(`FROM a\n${'USER b\n'.repeat(25_000)}`);
    expect([long.instructions.length, long.problems.map(({ code }) => code)]).toEqual([
      20_000,
      ['too-many-instructions'],
    ]);
  });

  it('hold for lines, problems, nested variables and triggers', () => {
    expect(problemsOf(`FROM a\nRUN ${'x'.repeat(70_000)}`)).toEqual([
      '2:1 line-too-long: the line is 64 KiB or longer (break it with line continuations)',
    ]);
    const long = parseDockerfile(`FROM a\nRUN ${'a \\\n'.repeat(200_000)}b`);
    expect([long.problems.map(({ code }) => code), long.instructions[1]!.args.text.length]).toEqual([
      ['instruction-too-long'],
      128 * 1024 - 5,
    ]);
    expect(parseDockerfile('X\n'.repeat(5000)).problems.length).toBe(100);
    expect(parseDockerfile(`FROM a\nCOPY <<${'${a:-'.repeat(10_000)} /x`).problems).toEqual([]);
    expect(parseDockerfile(`FROM a\n${'ONBUILD '.repeat(5_000)}RUN x`).problems.map(({ code }) => code)).toEqual([
      'invalid-trigger',
    ]);
  });
});
