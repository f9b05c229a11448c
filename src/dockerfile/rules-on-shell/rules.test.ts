import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOfStages } from '../../../test/make/dockerfile-runs.ts';
import { fuzz } from '../../../test/make/fuzz.ts';
import { examples } from './examples.table.ts';
import { checkShellRuns, shellRules } from './index.ts';

/** As a database would answer that has this one. */
const malicious = (ecosystem: string, name: string, version: string | undefined) =>
  ecosystem === 'pypi' && name === '3web-py' && (version === undefined || version === '1.0.0')
    ? { id: 'MAL-2024-9934' }
    : undefined;

function dockerfile(text: string): string {
  return text.includes('FROM ') ? `${text}\n` : `FROM debian:12\nRUN ${text}\n`;
}

/** What a rule finds: the text that it points at, and the aliases that it gives. */
function found(name: string, text: string): string[] {
  const source = dockerfile(text);
  const rules = shellRules.filter((rule) => rule.name === name);
  return runsOfStages(source)
    .flatMap(({ runs, isShipped }) => checkShellRuns(runs, { isShipped, malicious, rules }))
    .map(({ rule, aliases = rule.aliases, from, to, message }) => {
      const codes = aliases.length === 0 ? '' : `${aliases.join(' ')} `;
      return `${codes}“${source.slice(from, to).trim()}”: ${message}`;
    });
}

describe.each(Object.entries(examples))('%s', (name, { finds, passes }) => {
  it.each(finds)('finds in %j', (text, ...expected) => {
    expect(found(name, text)).toEqual(expected);
  });

  it.each(passes)('has nothing to say of %j', (text) => {
    expect(found(name, text)).toEqual([]);
  });
});

describe('the list of rules on shell text', () => {
  it('has an example that is found and one that passes for every rule', () => {
    const names = shellRules.map(({ name }) => name);
    expect(Object.keys(examples).sort()).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
    for (const { finds, passes } of Object.values(examples))
      expect(Math.min(finds.length, passes.length)).toBeGreaterThan(0);
  });

  it('says in each what must hold and why, in plain sentences', () => {
    for (const { name, summary, explanation } of shellRules) {
      expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      for (const text of [summary, explanation]) expect(text).toMatch(/^[^!]*\.$/);
    }
  });

  it('gives aliases that the rule names', () => {
    for (const { finds } of Object.values(examples))
      for (const [text] of finds)
        for (const { runs, isShipped } of runsOfStages(dockerfile(text)))
          for (const { rule, aliases } of checkShellRuns(runs, { isShipped, malicious }))
            for (const alias of aliases ?? []) expect([rule.name, ...rule.aliases]).toContain(alias);
  });
});

describe('a fix', () => {
  const fixable = Object.entries(examples).flatMap(([name, { finds }]) =>
    finds.flatMap(([text]) => {
      const source = dockerfile(text);
      const rules = shellRules.filter((rule) => rule.name === name);
      const all = runsOfStages(source).flatMap(({ runs, isShipped }) =>
        checkShellRuns(runs, { isShipped, malicious, rules }),
      );
      return all.flatMap(({ fix }) => (fix === undefined ? [] : [{ name, source, rules, fix, count: all.length }]));
    }),
  );

  it('is there for many rules', () => {
    expect([...new Set(fixable.map(({ name }) => name))]).toHaveLength(18);
  });

  it.each(fixable)('of $name mends what was found in $source', ({ source, rules, fix, count }) => {
    let mended = source;
    for (const { from, to, text } of [...fix.edits].sort((a, b) => b.from - a.from))
      mended = mended.slice(0, from) + text + mended.slice(to);
    const stages = runsOfStages(mended);
    const left = stages.flatMap(({ runs, isShipped }) => checkShellRuns(runs, { isShipped, malicious, rules }));
    expect(left.length).toBeLessThan(count);
    expect(stages.flatMap(({ runs }) => runs.flatMap(({ script }) => script.errors))).toEqual([]);
  });
});

describe('any shell text', () => {
  const words = [
    ...[
      'apt-get',
      'install',
      'pip',
      'npm',
      'curl',
      'wget',
      'sudo',
      'sh',
      '-c',
      '-y',
      '--',
      '-',
      'git',
      'clone',
      'rm',
      '-rf',
    ],
    ...[
      '"$x"',
      '$x',
      '$(curl a)',
      '`b`',
      "'c $d'",
      '|',
      '||',
      '&&',
      ';',
      '&',
      '(',
      ')',
      '{',
      '}',
      '\n',
      '>',
      '>>',
      '2>&1',
      '<(wget b)',
    ],
    ...[
      'x=1',
      'export',
      'A=$(b)',
      '[',
      ']',
      'if',
      'then',
      'fi',
      'for',
      'in',
      'do',
      'done',
      'echo',
      '-e',
      'chmod',
      '777',
      'cd',
      'eval',
      'find',
    ],
    ...[
      '-exec',
      '{}',
      '\\;',
      '*',
      'a[bb]',
      '~',
      'mkdir',
      '-p',
      '-m',
      'env',
      'xargs',
      'python',
      '-m',
      '@',
      'a@b',
      'a==1',
      '<<E',
      'E',
      '$',
      '"',
      "'",
    ],
  ];
  const texts = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((chosen) => chosen.join(' '));

  it('is judged without an error, with findings and edits inside of it', () => {
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom('["/bin/sh", "-c"]', '["/bin/bash", "-c"]', '["/bin/ash", "-eo", "pipefail", "-c"]'),
        (text, shell) => {
          const source = `FROM a\nSHELL ${shell}\nENV x=y\nVOLUME /v\nRUN ${text}\n`;
          for (const { runs, isShipped } of runsOfStages(source))
            for (const { from, to, fix } of checkShellRuns(runs, { isShipped, malicious }))
              for (const span of [{ from, to }, ...(fix?.edits ?? [])])
                expect(span.from >= 0 && span.from <= span.to && span.to <= source.length).toBe(true);
        },
      ),
      fuzz(1_000),
    );
  });

  // Quadratic rules need minutes for these; the test's time limit is the bound.
  it.each([
    'a && ',
    'a | ',
    'apt-get install a; ',
    'x=$x ',
    'echo $x; ',
    'curl a | sh; ',
    '[ a ',
    '$((x=x+',
    'pip install requestss ',
    "echo 'a\\n' ",
    '{a,',
  ])('is judged in time in proportion to its length: %j', (piece) => {
    const source = `FROM a\nRUN ${piece.repeat(Math.floor(40_000 / piece.length))}\n`;
    for (const { runs, isShipped } of runsOfStages(source)) checkShellRuns(runs, { isShipped, malicious });
  });
});
