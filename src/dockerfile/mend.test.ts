import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../../test/make/fuzz.ts';
import { lintDockerfile, type LintFacts, type LintResult, mend, parseDockerfile } from './index.ts';

const folder = new URL('../../../shared/data/dockerfiles/real/', import.meta.url);
const real = fs.existsSync(folder)
  ? fs.readdirSync(folder).map((name) => [name, fs.readFileSync(new URL(name, folder), 'utf8')] as const)
  : [];

const facts: LintFacts = {
  base: (reference) =>
    /^(?:debian|node|golang)/.test(reference)
      ? { name: 'base', state: 'endorsed', newestDigest: `sha256:${'a'.repeat(64)}` }
      : undefined,
};
const lint = (text: string): LintResult => lintDockerfile(parseDockerfile(text), { facts });
const all = (): boolean => true;

/** How many findings there are of each rule. */
function counts({ findings }: LintResult): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { rule } of findings) found.set(rule, (found.get(rule) ?? 0) + 1);
  return found;
}

/** Rules of which there is more than before. */
function grown(before: LintResult, after: LintResult): string[] {
  const known = counts(before);
  return [...counts(after)].filter(([rule, count]) => count > (known.get(rule) ?? 0)).map(([rule]) => rule);
}

describe.runIf(real.length > 0)('206 real Dockerfiles', () => {
  it.each(real)('%s: safe mends leave none, cause nothing new, and are made once', (_, text) => {
    const before = lint(text);
    const mended = mend(text, { lint });
    expect(mended.result.findings.filter(({ fix }) => fix?.isSafe === true)).toEqual([]);
    expect(parseDockerfile(mended.text).problems.length).toBeLessThanOrEqual(parseDockerfile(text).problems.length);
    expect(grown(before, mended.result)).toEqual([]);
    expect(mended.made.every(({ finding }) => finding.fix!.effect === 'unchanged')).toBe(true);
    expect(mend(mended.text, { lint })).toMatchObject({ text: mended.text, made: [] });
  });

  it.each(real)('%s: all mends leave none, and are made once', (_, text) => {
    const before = lint(text);
    const mended = mend(text, { lint, isWanted: all });
    expect(mended.result.findings.filter(({ fix }) => fix !== undefined).map(({ rule, fix }) => [rule, fix])).toEqual(
      [],
    );
    expect(parseDockerfile(mended.text).problems.length).toBeLessThanOrEqual(parseDockerfile(text).problems.length);
    expect(grown(before, mended.result)).toEqual([]);
    expect(mend(mended.text, { lint, isWanted: all })).toMatchObject({ text: mended.text, made: [] });
  });
});

describe('mends', () => {
  it('are made until nothing comes up any more, those that touch one another in turn', () => {
    const { text, made } = mend('from a:1 as B\nrun apt-get install c\nRUN d\nCMD ["e"]\nCMD ["f"]\nUSER 1\n', {
      lint,
    });
    expect(text).toBe('FROM a:1 AS b\nRUN apt-get install -y c\nRUN d\nCMD ["f"]\nUSER 1\n');
    expect(made.map(({ finding, line }) => `${line} ${finding.rule}`)).toEqual([
      '1 instruction-case',
      '1 stage-name-case',
      '2 instruction-case',
      '2 unattended-install',
      '4 one-of-each',
      '1 from-as-case',
    ]);
  });

  it('are made as far as they are wanted', () => {
    const isWanted = ({ rule }: { readonly rule: string }): boolean => rule === 'exec-form';
    expect(mend('FROM a:1 as b\nCMD c d\n', { lint, isWanted }).text).toBe('FROM a:1 as b\nCMD ["c", "d"]\n');
  });

  it('are not made where a comment ignores their finding', () => {
    const text = 'FROM a:1\n# plimsoll ignore=instruction-case as we had it\nrun b\nUSER 1\n';
    expect(mend(text, { lint })).toMatchObject({ text, made: [] });
  });

  it('are taken back one by one where a builder or shell could not read what they make', () => {
    const broken = (text: string): LintResult => {
      const result = lint(text);
      const findings = result.findings.map((finding) =>
        finding.rule === 'from-as-case'
          ? { ...finding, fix: { ...finding.fix!, edits: [{ span: finding.span, text: 'LIKE' }] } }
          : finding,
      );
      return { ...result, findings };
    };
    const { text, made } = mend('FROM a:1 as b\nrun c\nUSER 1\n', { lint: broken });
    expect([text, made.length]).toEqual(['FROM a:1 as b\nRUN c\nUSER 1\n', 1]);
  });

  it('come to an end where only some of many can be made, without reading for ever', () => {
    let read = 0;
    // Each mend makes a line longer, and a builder takes no more than so much.
    const bounded = (text: string): LintResult => {
      read += text.length;
      const lines = text.split('\n');
      const [known] = lint('FROM a:1 as b\n').findings.filter(({ rule }) => rule === 'from-as-case');
      const starts = lines.map((_, index) => index * 2 + Math.max(0, lines.slice(0, index).join('').length - index));
      const findings = starts.flatMap((start, index) =>
        lines[index] === 'x'
          ? [{ ...known!, fix: { ...known!.fix!, edits: [{ span: { start, end: start + 1 }, text: 'xy' }] } }]
          : [],
      );
      const problems =
        text.length > 450 ? [{ ...known!, rule: 'valid-syntax' }].map(({ fix: _, ...rest }) => rest) : [];
      return { ...lint('FROM a:1\n'), findings: [...findings, ...problems] };
    };
    const { text, made } = mend('x\n'.repeat(200), { lint: bounded });
    expect([text.length, made.length]).toEqual([450, 50]);
    expect(read).toBeLessThan(5 << 20);
  });

  it('that lead in a circle come to an end', () => {
    const flip = (text: string): LintResult => ({
      ...lint(text),
      findings: [...lint('FROM a:1 as b\n').findings.filter(({ rule }) => rule === 'from-as-case')].map((finding) => ({
        ...finding,
        fix: { ...finding.fix!, edits: [{ span: finding.span, text: text.includes('as') ? 'AS' : 'as' }] },
      })),
    });
    expect(mend('FROM a:1 as b\n', { lint: flip }).made).toHaveLength(1);
  });
});

const pieces = fc.constantFrom(
  ...[
    'FROM ',
    'from ',
    'debian:12',
    'scratch',
    ' AS ',
    ' as ',
    'Build',
    '\n',
    '\n',
    '\n',
    '\r\n',
    ' \\\n',
    '\\\n# c\n',
    '\n\n',
  ],
  ...[
    'RUN ',
    'run ',
    'apt-get install ',
    'apt ',
    'update',
    ' && ',
    ' ; ',
    ' || ',
    ' | ',
    'cd /a',
    'cd b',
    '`c`',
    '$(d)',
    '"',
    "'",
  ],
  ...[
    'wget ',
    'curl -k ',
    'https://e/f',
    ' > g',
    'pip install ',
    'requestss ',
    'npm install',
    'sudo ',
    'chmod 777 ',
    'rm -rf $X/*',
  ],
  ...[
    '["',
    '", "',
    '"]',
    'CMD ',
    'ENTRYPOINT ',
    'h i',
    'ENV A ',
    'B=1 C=$B',
    'ARG x y',
    'EXPOSE ',
    '22 ',
    '80:81/TCP',
    'LABEL A=b',
  ],
  ...[
    'VOLUME ',
    '/etc ',
    'COPY ',
    'ADD ',
    '--from=0 ',
    '--from=Build ',
    '. ',
    '/ ',
    'WORKDIR ',
    '/j',
    'k',
    'USER ',
    'root',
    'MAINTAINER l',
  ],
  ...[
    'HEALTHCHECK NONE',
    'ONBUILD ',
    'SHELL ["/bin/bash","-c"]',
    '<<E',
    'E\n',
    '# plimsoll ignore=exec-from\n',
    '# hadolint ignore=DL3025\n',
  ],
  ...[
    '--platform=linux/amd64 ',
    '--platform=$TARGETPLATFORM ',
    '--network=host ',
    ' ',
    'STOPSIGNAL ',
    '${X}',
    '\u00e9',
    '\ufeff',
  ],
);

describe('whatever is put together from pieces of Dockerfiles', () => {
  it('can be mended: no worse for a builder, and once', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), fc.boolean(), (chosen, isAll) => {
        const text = `FROM debian:12\n${chosen.join('')}`;
        const options = isAll ? { lint, isWanted: all } : { lint };
        const mended = mend(text, options);
        const problems = parseDockerfile(text).problems.length;
        expect(parseDockerfile(mended.text).problems.length).toBeLessThanOrEqual(problems);
        expect(mend(mended.text, options).text).toBe(mended.text);
      }),
      fuzz(1500),
    );
  });
});
