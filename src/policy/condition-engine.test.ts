import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { madeOn as now, makeRecord } from '../../test/make/record.ts';
import { compileCondition } from './condition-engine.ts';
import { judge, parsePolicy, preparePolicy } from './index.ts';
import { fuzz } from '../../test/make/fuzz.ts';

const record = makeRecord({
  packages: Array.from({ length: 300 }, (_, index) => ({ name: `p${index}`, version: '1' })),
  image: {
    labels: { 'org.opencontainers.image.source': 'https://git.example.com/x' },
    created: '2025-12-01T00:00:00Z',
  },
});
const context = { environment: 'prod', regulations: ['pci'], labels: {}, deployment: 'new' };
const evaluate = (expression: string) => compileCondition(expression)({ record, context, now });

describe('a condition', () => {
  test.each([
    ['size(record.packages) == 300', 'holds'],
    ['record.packages.all(p, p.version == "1")', 'holds'],
    ['record.packages.exists(p, p.name == "p7" && p.name in ["p7", "x"])', 'holds'],
    ['record.packages.filter(p, p.name.startsWith("p1")).map(p, p.name).size() > 3', 'holds'],
    ['"pci" in context.regulations && context.environment == "prod"', 'holds'],
    ['has(record.image.labels.missing)', 'broken'],
    ['!has(record.image.labels.missing) && record.statistics.sizeBytes < 2000000', 'holds'],
    ['record.image.labels["org.opencontainers.image.source"].matches("^https://git[.]example[.]com/")', 'holds'],
    ['now - timestamp(record.image.created) < duration("720h")', 'broken'],
    ['cel.bind(n, size(record.packages), n > 10 && n * 2 == 600)', 'holds'],
    ['-1 < 0 ? record.image.kind == "image" : false', 'holds'],
    ['{"a": [1, 2]}["a"][1] == 2', 'holds'],
    ['[1, 2].exists_one(x, x == 1) && "ab" + "c" == "abc" && !(1 == 2)', 'holds'],
    ['record.packages == record.packages', 'holds'],
  ])('%s %s', (expression, kind) => {
    expect(evaluate(expression).kind).toBe(kind);
  });

  test.each([
    ['record.nothing.at.all == 1', 'No such key: nothing'],
    ['record.image.kind', 'it gives neither true nor false'],
    ['record.image.kind.matches("(?=a)")', '(?= is not supported at 2'],
    ['record.image.constructor == 1', 'No such key: constructor'],
    ['1 / 0 == 1', 'division by zero'],
  ])('%s cannot be told: %s', (expression, why) => {
    expect(evaluate(expression)).toEqual({ kind: 'cannot-tell', why });
  });

  test.each([
    [
      'nested loops',
      'record.packages.all(a, record.packages.all(b, record.packages.all(c, a.name != "" || b.name != c.name)))',
    ],
    [
      'nested loops whose errors are swallowed',
      'record.packages.exists(a, record.packages.exists(b, record.packages.exists(c, a.name == b.name + c.name)))',
    ],
    ['long comparisons', 'record.packages.all(a, record.packages.all(b, record == record))'],
    [
      'doubling texts',
      `cel.bind(a, "${'x'.repeat(100)}", ${Array.from({ length: 20 }, (_, i) => `cel.bind(b${i}, ${i === 0 ? 'a + a' : `b${i - 1} + b${i - 1}`}, `).join('')}b19 == ""${')'.repeat(21)}`,
    ],
    [
      'slow patterns',
      'record.packages.all(a, record.packages.all(b, (a.name + b.name).matches("(p|p1|p12)*(.*)*x{0,50}")))',
    ],
  ])('%s end when the budget is spent', (_, expression) => {
    expect(evaluate(expression)).toEqual({ kind: 'cannot-tell', why: 'it takes more than 5000000 steps' });
  });

  test.each([
    ['1 +', 'Unexpected token: EOF'],
    ['recrd.x == 1', 'Unknown variable: recrd'],
    ['1 + 1', 'it gives int, not true or false'],
    ['__charge(1, 1) == 1', 'names that start with __ are reserved'],
    ['('.repeat(100) + '1' + ')'.repeat(100) + ' == 1', 'Exceeded maxDepth (50)'],
    ['x'.repeat(5000), 'longer than 4000 characters'],
  ])('%s does not compile', (expression, message) => {
    expect(() => compileCondition(expression)).toThrow(message);
  });

  test('compiles or is refused, whatever the text, and never passes by an error', () => {
    const piece = fc.constantFrom(
      'record',
      '.packages',
      '.all(x,',
      'x',
      ')',
      '(',
      ' == ',
      '1',
      '"a"',
      ' && ',
      '!',
      '[',
      ']',
      '.matches(',
      'has(',
      ' in ',
      '{',
      '}',
      '? true : ',
      'cel.bind(x, ',
      ', ',
      '\u0000',
      '1.5',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let condition;
        try {
          condition = compileCondition(pieces.join(''));
        } catch (error) {
          return error instanceof Error;
        }
        return ['holds', 'broken', 'cannot-tell'].includes(condition({ record, context, now }).kind);
      }),
      fuzz(2000),
    );
  });
});

test('a policy with conditions fails by one that does not hold and cannot tell by one that errs', async () => {
  const { policy } = await parsePolicy(
    `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: test }
conditions:
  - name: source-label
    expression: has(record.image.labels.source)
    message: no label says where the source is
    mend: LABEL source=…
  - { name: broken, expression: record.x.y == 1, message: odd, effect: fail }
  - { name: quiet, expression: 'false', message: only said, effect: warn }
`,
    'policy.yaml',
  );
  const verdict = judge(makeRecord(), await preparePolicy(policy), { now });
  expect(verdict).toMatchObject({
    result: 'fail',
    violations: [
      {
        rule: 'condition:source-label',
        what: 'no label says where the source is',
        why: 'condition source-label does not hold',
        mend: 'LABEL source=…',
      },
    ],
    warnings: [{ rule: 'condition:quiet' }],
    doubts: [{ rule: 'condition:broken', what: 'whether condition broken holds: No such key: x', stops: true }],
  });
});
