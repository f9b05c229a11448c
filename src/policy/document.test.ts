import fs from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import {
  explainRule,
  parsePolicy,
  parsePolicyTests,
  parseWaivers,
  policyDigest,
  policyJsonSchema,
  policyText,
  preparePolicy,
  presets,
  rules,
} from './index.ts';
import { fuzz } from '../../test/make/fuzz.ts';

const guide = fs.readFileSync(new URL('../../docs/formats/policy.md', import.meta.url), 'utf8');
const schemaFile = new URL('../../docs/formats/policy.schema.json', import.meta.url);
const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);
const whole = examples[0]!;
const head = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: test }\n';

async function complaintsOf(text: string): Promise<readonly string[]> {
  try {
    await parsePolicy(text, 'policy.yaml');
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

describe('a policy file', () => {
  test('is read into its plain shape', async () => {
    const { policy } = await parsePolicy(
      `${head}extends: development
rules:
  no-secrets: off
  fixable-severity: { atLeast: medium }
  no-shell: warn
scopes:
  - name: prod
    match: { environments: [prod] }
    rules: { no-shell: fail }
---
apiVersion: plimsoll.dev/v1
kind: Waivers
waivers:
  - { id: w1, finding: CVE-2024-1, owner: shop, reason: unused, expires: 2026-06-30 }
`,
      'policy.yaml',
    );
    const { 'no-secrets': noSecrets, 'fixable-severity': fixable, 'no-shell': noShell } = policy.rules!;
    expect([policy.name, policy.cannotTell, noSecrets, fixable, noShell]).toEqual([
      'test',
      'warn',
      { effect: 'off', atLeast: 'high' },
      { effect: 'warn', atLeast: 'medium', fixedForDays: 0 },
      { effect: 'warn' },
    ]);
    expect(policy.scopes).toEqual([
      { name: 'prod', match: { environments: ['prod'] }, rules: { 'no-shell': { effect: 'fail' } } },
    ]);
    expect(policy.waivers).toEqual([
      { id: 'w1', finding: 'CVE-2024-1', owner: 'shop', reason: 'unused', expires: '2026-06-30' },
    ]);
  });

  test('has the same digest however it is written, and another for other demands', async () => {
    const digest = async (text: string) => policyDigest((await parsePolicy(head + text, 'p.yaml')).policy);
    const first = await digest('rules: { no-shell: warn, no-secrets: { atLeast: high, effect: fail } }');
    expect(
      await digest('# x\nrules:\n  no-secrets: { effect: fail, "atLeast": "high" }\n  no-shell: { effect: warn }'),
    ).toBe(first);
    expect(await digest('rules: { no-shell: warn, no-secrets: { atLeast: low, effect: fail } }')).not.toBe(first);
  });

  test('is refused with line, column, reason and the nearest name for everything that is wrong', async () => {
    const text = `${head}rules:
  fixable-severity:
    fixedFor: 3
    atLeast: hihg
  no-secret: fail
  no-root-user: fial
  image-size: { maxMegabytes: "3" }
  image-age: { maxAgeDays: -1 }
scope: []
conditions:
  - name: a
    message: no
scopes:
  - name: default
    match: { enviroments: [x] }
waivers:
  - { id: a, owner: "TODO: x", reason: " ", expires: 2026-02-30 }
`;
    expect(await complaintsOf(text)).toEqual([
      'policy.yaml:6:5: unknown field "fixedFor"; did you mean "fixedForDays"?',
      'policy.yaml:7:5: atLeast must be one of critical, high, medium, low, negligible, unknown; did you mean high?',
      'policy.yaml:8:3: unknown rule "no-secret"; did you mean "no-secrets"?',
      'policy.yaml:9:3: no-root-user: must be one of fail, warn, off or a mapping of settings',
      'policy.yaml:10:17: maxMegabytes must be a number',
      'policy.yaml:11:16: maxAgeDays: Too small: expected number to be >=0',
      'policy.yaml:12:1: unknown field "scope"; did you mean "scopes"?',
      'policy.yaml:14:5: missing field "expression"',
      'policy.yaml:17:5: name: default is what applies where no scope does',
      'policy.yaml:18:14: unknown field "enviroments"; did you mean "environments"?',
      'policy.yaml:20:5: waivers 1: must say what it waives: rule, finding, package or path',
      'policy.yaml:20:14: owner: still says TODO: fill it in',
      'policy.yaml:20:32: reason: must not be blank',
      'policy.yaml:20:45: expires: must be a day, YYYY-MM-DD',
    ]);
  });

  test.each<[string, string]>([
    ['', 'policy.yaml: has no document of kind Policy'],
    ['x', 'policy.yaml:1:1: must be a mapping with apiVersion and kind'],
    ['apiVersion: v1\nkind: Policy', 'policy.yaml:1:1: apiVersion must be plimsoll.dev/v1'],
    [
      'apiVersion: plimsoll.dev/v1\nkind: Polciy',
      'policy.yaml:2:1: kind must be one of Policy, Waivers, PolicyTest; did you mean Policy?',
    ],
    ['a: [', 'policy.yaml:1:5: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    [`${head}rules: {}\nrules: {}`, 'policy.yaml:5:1: Map keys must be unique'],
    [`${head}extends: prod`, 'policy.yaml:4:1: no built-in policy "prod"; there are production, development, base'],
    [`${head}---\n${head}`, 'policy.yaml:6:1: a file holds one policy'],
    [
      `${head}rules:\n  forbidden-packages:\n    packages:\n      - telnet\n      - { package: x, versions: "2.17.1" }`,
      'policy.yaml:8:23: versions: must be bounds such as "<2.17.1", ">=1.0 <2" or "=1.4 || =1.5"',
    ],
    [
      `${head}rules: { required-packages: { packages: [{ package: x, version: "<2" }] } }`,
      'policy.yaml:4:56: unknown field "version"; did you mean "versions"?',
    ],
    [`${head}scopes: [{ name: a }, { name: a }]`, 'policy.yaml:4:25: a scope of this name stands above'],
    [
      `${head}waivers: [{ id: a, rule: x, owner: b, reason: c }, { id: a, rule: x, owner: b, reason: c }]`,
      'policy.yaml:4:54: a waiver of this id stands above',
    ],
    [
      `${head}conditions: [{ name: a, message: b, expression: recrd == 1 }]`,
      'policy.yaml:4:37: condition a: Unknown variable: recrd',
    ],
    [`${head}__proto__: { a: 1 }`, 'policy.yaml:4:1: unknown field "__proto__"'],
  ])('%j: %s', async (text, complaint) => {
    expect(await complaintsOf(text)).toEqual([complaint]);
  });

  test.each<[string, string]>([
    ['lists in lists', '['.repeat(200_000)],
    ['mappings in mappings', '{a: '.repeat(150_000)],
    ['dashes after dashes', '- '.repeat(300_000)],
    ['sixty levels and more', `${'['.repeat(150)}${']'.repeat(150)}`],
    [
      'aliases of aliases',
      `a: &a [x,x]\n${Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i === 0 ? '*a,*a' : `*a${i - 1},*a${i - 1}`}]`).join('\n')}`,
    ],
    ['more than a mebibyte', `# ${'x'.repeat(1024 * 1024)}`],
    ['too many documents', '---\na: 1\n'.repeat(300)],
  ])('of %s is too large', async (_, text) => {
    await expect(parsePolicy(text, 'policy.yaml')).rejects.toMatchObject({ code: 'policy-too-large' });
  });

  test('is read or refused with a code, whatever its bytes', async () => {
    const edits = fc.array(
      fc.tuple(
        fc.nat(whole.length),
        fc.nat(12),
        fc.constantFrom(
          '',
          ':',
          '- ',
          '[',
          '}',
          '&a ',
          '*a',
          '\n',
          '  ',
          '"',
          '---\n',
          '__proto__: 1\n',
          '\u0000',
          '!!js/function ',
          '1e999',
          '? ',
          '|',
          '<<: *a',
        ),
      ),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        let text = whole;
        for (const [at, length, put] of changes) text = text.slice(0, at) + put + text.slice(at + length);
        try {
          const { policy } = await parsePolicy(text, 'policy.yaml');
          return typeof policy.name === 'string';
        } catch (error) {
          return ['invalid-policy', 'policy-too-large'].includes((error as { code?: string }).code ?? String(error));
        }
      }),
      fuzz(120),
    );
  });
});

describe('built-in policies', () => {
  test.each(presets)('$name reads back from its own YAML', async (preset) => {
    const { policy } = await parsePolicy(policyText(preset), 'preset.yaml');
    expect(policyDigest(policy)).toBe(policyDigest(preset));
  });
});

describe('docs/formats', () => {
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  const validate = ajv.compile(JSON.parse(fs.readFileSync(schemaFile, 'utf8')) as object);

  test('policy.schema.json is what `plimsoll policy schema` prints', () => {
    expect(JSON.parse(fs.readFileSync(schemaFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(policyJsonSchema(z))));
  });

  test('every example of policy.md loads, and fits the schema', async () => {
    expect(examples.length).toBeGreaterThan(3);
    for (const text of examples) {
      if (text.includes('kind: PolicyTest')) await parsePolicyTests(text, 'guide');
      else if (text.includes('kind: Policy\n')) await preparePolicy((await parsePolicy(text, 'guide')).policy);
      else await parseWaivers(text, 'guide');
      for (const document of parseAllDocuments(text)) {
        validate((document as { toJS(): unknown }).toJS());
        expect(validate.errors).toBeNull();
      }
    }
  });

  test('policy.md says what every field and every setting of every rule is', async () => {
    for (const field of fieldsOf(JSON.parse(fs.readFileSync(schemaFile, 'utf8'))))
      expect(guide.includes(`\`${field}\``) || guide.includes(`### ${field}\n`), field).toBe(true);
    for (const { name } of rules) {
      const { summary, settings } = await explainRule(name);
      expect(guide).toContain(`### ${name}\n\n${summary}`);
      for (const { name: setting, about } of settings) expect(guide, name).toContain(`- \`${setting}\`: ${about}`);
    }
  });
});

function fieldsOf(schema: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [schema];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if ('properties' in next && typeof next.properties === 'object')
      for (const name of Object.keys(next.properties!)) found.add(name);
    open.push(...Object.values(next));
  }
  return found;
}
