import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { madeOn as now, makeRecord } from '../../test/make/record.ts';
import { judge, parseVex, preparePolicy } from './index.ts';
import { fuzz } from '../../test/make/fuzz.ts';

const digest = `sha256:${'a1'.repeat(32)}`;
const reference = 'shop.example.com/cart:1.8.2';
const record = makeRecord({
  image: { digest },
  packages: [{ id: 'p', type: 'npm', name: '@acme/x', version: '1.2.0', purl: 'pkg:npm/%40acme/x@1.2.0' }],
  findings: [
    {
      kind: 'vulnerability',
      advisory: 'CVE-2024-1',
      aliases: ['GHSA-1'],
      packageId: 'p',
      packageName: '@acme/x',
      packageVersion: '1.2.0',
      fix: { state: 'fixed' },
    },
  ],
});
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** An OpenVEX document as vexctl writes it. */
const openVex = (statement: object, more: object = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://openvex.dev/docs/public/vex-1',
  author: 'Shop Security',
  timestamp: '2025-06-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2024-1' },
      products: [{ '@id': `pkg:oci/cart@${encodeURIComponent(digest)}?repository_url=shop.example.com/cart` }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      ...statement,
    },
  ],
  ...more,
});

async function judged(...documents: unknown[]) {
  const vex = documents.flatMap((document) => parseVex(bytes(document), 'vex.json').statements);
  const policy = { name: 'test', rules: { 'fixable-severity': { effect: 'fail' as const } }, scopes: [], waivers: [] };
  return judge(record, await preparePolicy(policy), { now, reference, vex });
}

describe('OpenVEX', () => {
  test('a statement that exonerates keeps the violation, waived, with its reason and author', async () => {
    expect((await judged(openVex({}))).waived).toMatchObject([
      {
        violation: { rule: 'fixable-severity' },
        waiver: {
          id: 'https://openvex.dev/docs/public/vex-1#0',
          owner: 'Shop Security',
          reason: 'VEX not_affected: vulnerable_code_not_in_execute_path',
        },
      },
    ]);
  });

  test.each<[string, object, boolean]>([
    ['an alias', { vulnerability: { name: 'ghsa-1' } }, true],
    ['another vulnerability', { vulnerability: { name: 'CVE-2024-2' } }, false],
    ['a name as text', { vulnerability: 'CVE-2024-1', products: [digest] }, true],
    ['the package itself', { products: [{ '@id': 'pkg:npm/%40acme/x@1.2.0' }] }, true],
    ['the package with a plain @', { products: [{ '@id': 'pkg:npm/@acme/x@1.2.0' }] }, true],
    ['the package in any version', { products: [{ identifiers: { purl: 'pkg:npm/%40acme/x' } }] }, true],
    ['another version', { products: [{ '@id': 'pkg:npm/%40acme/x@1.3.0' }] }, false],
    ['another package', { products: [{ '@id': 'pkg:npm/x@1.2.0' }] }, false],
    [
      'the package in this image',
      { products: [{ '@id': digest, subcomponents: [{ '@id': 'pkg:npm/%40acme/x' }] }] },
      true,
    ],
    [
      'another package in this image',
      { products: [{ '@id': digest, subcomponents: [{ '@id': 'pkg:npm/y' }] }] },
      false,
    ],
    [
      'the package in another image',
      { products: [{ '@id': 'pkg:oci/other@sha256:00', subcomponents: [{ '@id': 'pkg:npm/%40acme/x' }] }] },
      false,
    ],
    ['parts without names', { products: [{ '@id': digest, subcomponents: [{}] }] }, false],
    ['the image by a hash', { products: [{ '@id': 'x', hashes: { 'sha-256': 'a1'.repeat(32) } }] }, true],
    ['the image by repository', { products: [{ '@id': 'pkg:oci/cart?repository_url=shop.example.com/cart' }] }, true],
    [
      'the image by another tag',
      { products: [{ '@id': 'pkg:oci/cart?repository_url=shop.example.com/cart&tag=1.8.1' }] },
      false,
    ],
    ['another repository', { products: [{ '@id': 'pkg:oci/cart?repository_url=evil.example.com/cart' }] }, false],
    ['fixed', { status: 'fixed' }, true],
    ['affected', { status: 'affected' }, false],
    ['under investigation', { status: 'under_investigation' }, false],
    ['not affected without a reason', { justification: undefined }, false],
  ])('%s', async (_, statement, waived) => {
    expect((await judged(openVex(statement))).result).toBe(waived ? 'pass' : 'fail');
  });

  test('the latest statement wins, and of two alike the cautious one', async () => {
    const affected = (timestamp: string) => openVex({ status: 'affected' }, { timestamp });
    expect((await judged(openVex({}), affected('2025-07-01T00:00:00Z'))).result).toBe('fail');
    expect((await judged(affected('2025-05-01T00:00:00Z'), openVex({}))).result).toBe('pass');
    expect((await judged(openVex({}), affected('2025-06-01T00:00:00Z'))).result).toBe('fail');
    expect((await judged(affected('2025-06-01T00:00:00Z'), openVex({}))).result).toBe('fail');
  });

  test('the verdict has a digest of the statements, the same in any order, and of nothing where there are none', async () => {
    const one = openVex({});
    const other = openVex({ status: 'fixed' }, { '@id': 'https://openvex.dev/docs/public/vex-2' });
    const [there, back, twice] = [await judged(one, other), await judged(other, one), await judged(other, one, other)];
    expect(there.vexDigest).toBe('sha256:669c3318cfe2368d1eee244ce0abb1493b82549c9d31ab162d31fa8bfa87dbd9');
    expect([back, twice]).toEqual([there, there]);
    expect(there.waived.map(({ waiver }) => waiver.id)).toEqual(['https://openvex.dev/docs/public/vex-1#0']);
    expect((await judged(one)).vexDigest).toBe(
      'sha256:f900a9eb183b0f511248820418024fa9b3e8465761457be109a5a996981fcf86',
    );
    expect(await judged()).not.toHaveProperty('vexDigest');
  });

  test('docs/formats/verdict.md says what every member of a verdict is', async () => {
    const guide = fs.readFileSync(new URL('../../docs/formats/verdict.md', import.meta.url), 'utf8');
    const { waived, ...verdict } = await judged(openVex({}));
    for (const member of [...Object.keys(verdict), 'waived']) expect(guide).toContain(`- \`${member}\`: `);
    for (const member of Object.keys(waived[0]!.violation)) expect(guide).toContain(`\`${member}\``);
  });

  test('what can not be used is named', () => {
    expect(parseVex(bytes(openVex({ status: 'safe' })), 'vex.json')).toEqual({
      statements: [],
      complaints: ['vex.json: statement 0 has no usable status'],
    });
  });
});

describe('CycloneDX VEX', () => {
  const cyclonedx = (analysis: object, affects: unknown = [{ ref: 'x' }]) => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    metadata: {
      timestamp: '2025-06-01T00:00:00Z',
      authors: [{ name: 'Shop Security' }],
      component: { type: 'container', 'bom-ref': 'image', name: 'cart', version: digest },
    },
    components: [
      {
        type: 'library',
        components: [{ type: 'library', 'bom-ref': 'x', name: 'x', purl: 'pkg:npm/%40acme/x@1.2.0' }],
      },
    ],
    vulnerabilities: [{ id: 'CVE-2024-1', affects, analysis }],
  });

  test.each<[string, object, unknown, boolean]>([
    [
      'not affected',
      { state: 'not_affected', justification: 'code_not_reachable', detail: 'never called' },
      undefined,
      true,
    ],
    ['a false positive', { state: 'false_positive' }, undefined, true],
    ['resolved', { state: 'resolved' }, undefined, true],
    ['exploitable', { state: 'exploitable' }, undefined, false],
    ['in triage', { state: 'in_triage' }, undefined, false],
    ['the image', { state: 'not_affected' }, [{ ref: 'image' }], true],
    [
      'a link into another document',
      { state: 'not_affected' },
      [{ ref: 'urn:cdx:3e671687/1#pkg:npm/%2540acme/x@1.2.0' }],
      true,
    ],
    ['a purl', { state: 'not_affected' }, [{ ref: 'pkg:npm/%40acme/x@1.2.0' }], true],
    ['named versions', { state: 'not_affected' }, [{ ref: 'x', versions: [{ version: '1.2.0' }] }], true],
    [
      'other versions',
      { state: 'not_affected' },
      [{ ref: 'x', versions: [{ version: '1.1.0' }, { range: 'vers:npm/*' }] }],
      false,
    ],
    ['nothing', { state: 'not_affected' }, [], false],
  ])('%s', async (_, analysis, affects, waived) => {
    const verdict = await judged(cyclonedx(analysis, affects));
    expect(verdict.result).toBe(waived ? 'pass' : 'fail');
  });

  test('says why and who', async () => {
    const [waived] = (
      await judged(cyclonedx({ state: 'not_affected', justification: 'code_not_reachable', detail: 'never called' }))
    ).waived;
    expect(waived!.waiver).toEqual({
      id: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79#0',
      owner: 'Shop Security',
      reason: 'VEX not_affected: code_not_reachable: never called',
    });
  });

  test('whatever the bytes, reads them or throws a coded error', () => {
    const originals = [bytes(openVex({})), bytes(cyclonedx({ state: 'not_affected' }))];
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 6 }),
        fc.nat(2000),
        (original, edits, end) => {
          const mutated = original.slice(0, end % 3 === 0 ? end : original.length);
          for (const [at, value] of edits) if (at < mutated.length) mutated[at] = value;
          try {
            return Array.isArray(parseVex(mutated, 'vex.json').statements);
          } catch (error) {
            return (error as { code?: string }).code === 'bad-vex';
          }
        },
      ),
      fuzz(3000),
    );
    expect(() => parseVex(new TextEncoder().encode('{"a": 1,\n "b": 2 x}'), 'vex.json')).toThrow(
      "vex.json is not JSON: line 2, column 9: Expected ',' or '}' after property value",
    );
    expect(() => parseVex(bytes({ a: 1 }), 'vex.json')).toThrow('vex.json is neither OpenVEX nor CycloneDX');
    expect(() => parseVex(new TextEncoder().encode('['.repeat(1_000_000)), 'vex.json')).toThrow('vex.json is not JSON');
  });
});
