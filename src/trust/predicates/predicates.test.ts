import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { parseStatement } from '../envelope/statement.ts';
import { isRefusal } from '../refusal.ts';
import { factsOf, predicateKind, predicateKinds } from './list.ts';
import { provenanceFacts } from './provenance-facts.ts';

function factsIn(vector: string) {
  const statement = parseStatement(
    readFileSync(new URL(`../../../test/vectors/provenance/${vector}`, import.meta.url)),
  );
  return isRefusal(statement) ? statement : factsOf(statement);
}

describe("BuildKit's provenance", () => {
  test.each(['buildkit-0.33.1-v0.2.json', 'buildkit-0.33.1-v1.json'])('%s', (vector) => {
    expect(factsIn(vector)).toMatchObject({
      kind: 'provenance',
      buildType: expect.stringContaining('buildkit') as string,
      source: { uri: 'ssh://git@github.com/acme/cart', revision: '0123456789abcdef0123456789abcdef01234567' },
      dirty: true,
      images: [
        {
          reference: '127.0.0.1:5066/app:1',
          digest: 'sha256:ff1efdea9c6df1d142dde73b99bc32a46b0e23956b31df64587b1c3df09c75cb',
          isBase: false,
        },
      ],
    });
  });
});

test("GitHub's provenance names the workflow's repository, and its revision among the dependencies", () => {
  expect(
    provenanceFacts({
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: {
          workflow: { ref: 'refs/heads/main', repository: 'https://github.com/acme/cart', path: '.github/build.yml' },
        },
        resolvedDependencies: [
          { uri: 'git+https://github.com/acme/cart@refs/heads/main', digest: { gitCommit: 'c0ffee' } },
        ],
      },
      runDetails: { builder: { id: 'https://github.com/acme/cart/.github/build.yml@refs/heads/main' } },
    }),
  ).toEqual({
    kind: 'provenance',
    builderId: 'https://github.com/acme/cart/.github/build.yml@refs/heads/main',
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    source: { uri: 'https://github.com/acme/cart', revision: 'c0ffee' },
    images: [],
  });
});

test.each([
  ['git+https://github.com/acme/cart.git@refs/heads/main#sub', 'https://github.com/acme/cart'],
  ['https://github.com/acme/../evil/cart', 'https://github.com/evil/cart'],
  ['https://GITHUB.com/acme/cart/', 'https://github.com/acme/cart'],
  ['git@github.com:acme/cart.git', 'ssh://git@github.com/acme/cart'],
  ['ssh://git@github.com/acme/cart.git@v1', 'ssh://git@github.com/acme/cart'],
])('the source %s is the repository %s', (uri, expected) => {
  const facts = provenanceFacts({
    buildDefinition: { buildType: 'b', externalParameters: { source: { uri } } },
    runDetails: { builder: { id: 'x' } },
  });
  expect(facts?.source?.uri).toBe(expected);
});

test.each([
  ['pkg:docker/debian@12?platform=linux%2Famd64', 'debian:12'],
  ['pkg:docker/127.0.0.1%3A5000/base@1', '127.0.0.1:5000/base:1'],
  [
    `pkg:oci/java@sha256:${'a'.repeat(64)}?repository_url=r.acme.dev/base/java`,
    `r.acme.dev/base/java@sha256:${'a'.repeat(64)}`,
  ],
  ['docker-image://docker.io/library/alpine:3', 'docker.io/library/alpine:3'],
  ['pkg:npm/lodash@4', undefined],
])('the dependency %s is the image %s', (uri, reference) => {
  const facts = provenanceFacts({
    buildDefinition: { buildType: 'b', resolvedDependencies: [{ uri }] },
    runDetails: { builder: { id: 'x' } },
  });
  expect(facts?.images.map((image) => image.reference)).toEqual(reference === undefined ? [] : [reference]);
});

test('a SARIF log is counted by level, without what passed, was suppressed or is gone', () => {
  const results = [
    { level: 'error' },
    { level: 'error', suppressions: [{ kind: 'inSource' }] },
    { kind: 'pass', level: 'none' },
    { level: 'error', baselineState: 'absent' },
    {},
    { level: 'note' },
  ];
  const run = { tool: { driver: { name: 'semgrep' } }, results, invocations: [{ endTimeUtc: '2026-01-02T00:00:00Z' }] };
  expect(predicateKind('sarif').read({ version: '2.1.0', runs: [run] }, '')).toEqual({
    kind: 'analysis',
    tools: ['semgrep'],
    results: { error: 1, warning: 1, note: 1 },
    ranAt: '2026-01-02T00:00:00Z',
  });
});

test('a summary that failed never becomes a pass by what stands beside it', () => {
  const read = (verificationResult: string, result?: string) =>
    predicateKind('verdict').read(
      { timeVerified: '2026-01-01T00:00:00Z', verificationResult, plimsoll: { result } },
      '',
    );
  expect(read('FAILED', 'pass')).toMatchObject({ result: 'fail' });
  expect(read('FAILED', 'cannot-tell')).toMatchObject({ result: 'cannot-tell' });
  expect(read('PASSED', 'fail')).toMatchObject({ result: 'fail' });
  expect(read('PASSED')).toMatchObject({ result: 'pass' });
});

test('an endorsement is one only of a base that passed, by somebody in a role', () => {
  const said = {
    base: 'debian-12',
    by: 'ada',
    role: 'keeper',
    at: '2026-11-02T09:00:00Z',
    verdict: { result: 'pass' },
  };
  const { read, complaint } = predicateKind('endorsement');
  expect(read(said, '')).toEqual({
    kind: 'endorsement',
    base: 'debian-12',
    by: 'ada',
    role: 'keeper',
    endorsedAt: '2026-11-02T09:00:00Z',
  });
  const broken = [{ verdict: { result: 'fail' } }, { verdict: undefined }, { role: '' }, { at: 'yesterday' }];
  for (const more of broken)
    expect([read({ ...said, ...more }, ''), complaint!({ ...said, ...more })]).toEqual([
      undefined,
      'an endorsement has base, by, role, at, and a verdict that passes',
    ]);
});

describe('every kind of predicate', () => {
  test('has names and types of its own, and a summary', () => {
    const names = predicateKinds.flatMap((kind) => kind.names);
    const types = predicateKinds.flatMap((kind) => kind.types);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(types).size).toBe(types.length);
    for (const { summary } of predicateKinds) expect(summary).toMatch(/^[^\n]{10,90}[^.]$/);
  });

  test.each(predicateKinds.map((kind) => [kind.names[0]!, kind] as const))('%s survives any JSON', (_, kind) => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const members = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
        kind.read(members, kind.types[0]!);
        kind.complaint?.(value);
      }),
      fuzz(300),
    );
  });

  test.each(['buildkit-0.33.1-v0.2.json', 'buildkit-0.33.1-v1.json'])(
    '%s with parts put elsewhere is read or refused',
    (vector) => {
      const text = readFileSync(new URL(`../../../test/vectors/provenance/${vector}`, import.meta.url), 'utf8');
      fc.assert(
        fc.property(fc.nat(text.length - 1), fc.nat(text.length - 1), fc.string({ maxLength: 4 }), (from, to, put) => {
          const cut = text.slice(0, Math.min(from, to)) + put + text.slice(Math.max(from, to));
          const statement = parseStatement(Buffer.from(cut));
          if (!isRefusal(statement)) factsOf(statement);
        }),
        fuzz(300),
      );
    },
  );
});
