import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import {
  applyEdits,
  defaultSettings,
  type DockerfileRule,
  lintDockerfile,
  type LintFacts,
  parseDockerfile,
} from '../index.ts';
import { lintSeverities } from '../severity.ts';
import { dockerfileRules } from './list.ts';

const data = new URL('../../../../shared/data/dockerfiles/', import.meta.url);
const isThere = fs.existsSync(data);
const real = isThere
  ? fs.readdirSync(new URL('real', data)).map((name) => fs.readFileSync(new URL(`real/${name}`, data), 'utf8'))
  : [];

/** Everything that a flow could know, so that rules that need facts say something. */
const facts: LintFacts = {
  contextFiles: ['Dockerfile', '.env', 'app/id_rsa', 'app/main.js', '.git/config'],
  ignoreFile: null,
  base: (reference) =>
    reference.startsWith('debian')
      ? { name: 'debian', state: 'retired', newestDigest: `sha256:${'a'.repeat(64)}`, successor: 'debian-13' }
      : undefined,
};
const settings = {
  ...defaultSettings,
  enabled: ['all'],
  trustedRegistries: ['ghcr.io/shop'],
  labelSchema: { version: 'semver', authors: 'email' } as const,
  strictLabels: true,
};

function check(rule: DockerfileRule, text: string): unknown {
  const file = parseDockerfile(text);
  const first = lintDockerfile(file, { rules: [rule], settings, facts });
  expect(lintDockerfile(file, { rules: [rule], settings, facts })).toEqual(first);
  for (const { span, fix, message, advice, start } of [...first.findings, ...first.ignored]) {
    expect(span.start >= 0 && span.end >= span.start && span.end <= text.length).toBe(true);
    expect(start.line >= 1 && start.column >= 1).toBe(true);
    expect(message).not.toMatch(/[.!]$|undefined|\n/);
    expect(advice).not.toBe('');
    if (fix !== undefined) expect(applyEdits(text, fix.edits)).not.toBe(text);
  }
  return first;
}

describe('the rules of Dockerfiles', () => {
  it('have names and aliases of their own', () => {
    const names = dockerfileRules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    const aliases = dockerfileRules.flatMap((rule) => rule.aliases);
    expect(new Set(aliases).size).toBe(aliases.length);
    for (const alias of aliases) expect(alias).toMatch(/^(?:DL\d{4}|SC\d{4}|[A-Z][A-Za-z]+)$/);
  });

  it('stand each in a file of its name', () => {
    const files = fs.readdirSync(import.meta.dirname).filter((name) => !/^list\.|\.test\.ts$/.test(name));
    expect(files.sort()).toEqual(dockerfileRules.map(({ name }) => `${name}.ts`).sort());
  });
});

describe.each(dockerfileRules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
  it('says what must hold and why, in words that end as sentences do', () => {
    expect(rule.summary).toMatch(/^[A-Z].{15,160}\.$/);
    expect(rule.explanation.length).toBeGreaterThan(50);
    expect(rule.explanation).not.toContain('!');
    expect(lintSeverities).toContain(rule.severity);
  });

  it('survives an empty file, a head alone, and what only looks like a Dockerfile', () => {
    for (const text of [
      '',
      '\n',
      '#',
      'FROM',
      'FROM \\',
      'FROM a AS',
      '\ufeff',
      '\0',
      'COPY',
      'ONBUILD',
      'ENV =',
      'EXPOSE $',
    ])
      check(rule, text);
  });

  it.skipIf(!isThere)('says the same twice of real files, also when they are cut', () => {
    for (const [i, text] of real.entries()) {
      check(rule, text);
      if (i % 10 === 0)
        for (const part of [0.13, 0.41, 0.77]) check(rule, text.slice(0, Math.floor(text.length * part)));
    }
  });
});

it('no rule breaks on whatever is put together from pieces of Dockerfiles', () => {
  const piece = fc.constantFrom(
    ...[
      'FROM ',
      'scratch',
      'debian:12',
      ' AS ',
      'a',
      'COPY ',
      '--from=',
      'ADD ',
      'https://x/y.tgz ',
      '. ',
      '/ ',
      'ENV ',
      'ARG ',
    ],
    ...[
      'A=',
      '$A',
      '${A:-',
      '}',
      '"',
      "'",
      '\\',
      '\n',
      '\\\n',
      ' ',
      'RUN ',
      '<<EOF',
      'EOF\n',
      'EXPOSE 80/TCP',
      'USER root',
      'LABEL ',
    ],
    ...[
      'HEALTHCHECK ',
      'CMD ',
      '["a"]',
      'ONBUILD ',
      'VOLUME /etc',
      '# hadolint ignore=DL3006\n',
      '# plimsoll ignore=x\n',
      'SHELL ["a"]',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      lintDockerfile(parseDockerfile(text), { settings, facts });
    }),
    fuzz(1500),
  );
});
