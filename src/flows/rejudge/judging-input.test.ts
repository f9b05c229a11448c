import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeRecord } from '../../../test/make/record.ts';
import {
  askedExecutables,
  canonicalJson,
  judge,
  mayBreakRules,
  parsePolicy,
  preparePolicy,
  rules,
} from '../../policy/index.ts';
import type { Package } from '../../model/index.ts';
import { InputReader, judgingInput } from '../../record/index.ts';

const asked = { isAsked: mayBreakRules, asked: askedExecutables };

const word = fc.constantFrom('sh', 'apt', 'npm', 'cart', 'openssl', 'libc6', 'x y');
const place = fc
  .record({
    path: word.map((name) => `/usr/bin/${name}`),
    innerPath: fc.option(word, { nil: undefined }),
    layer: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    owner: fc.constantFrom('base', 'app'),
    instruction: fc.option(fc.constantFrom('RUN a', '='), { nil: undefined }),
    deletedIn: fc.option(fc.constant(2), { nil: undefined }),
  })
  .map((members) => JSON.parse(JSON.stringify(members)) as object);
const packageStub = fc
  .record({
    type: fc.constantFrom('deb', 'npm', 'rpm'),
    name: word,
    version: fc.constantFrom('1.0', '2:3-1', ''),
    ecosystem: fc.constantFrom('npm', 'Debian:13', null),
    dev: fc.option(fc.constant(true), { nil: undefined }),
    source: fc.option(fc.record({ name: word, version: word }), { nil: undefined }),
    modularity: fc.option(word, { nil: undefined }),
    depends: fc.constant(['a']),
    place,
  })
  .map((members) => ({ ...(JSON.parse(JSON.stringify(members)) as object) }));
const executable = fc
  .record({
    mode: fc.constantFrom(0o755, 0o4755, 0o2755, 0o777),
    capabilities: fc.option(fc.constant('cap_net_raw=ep'), { nil: undefined }),
    links: fc.array(
      word.map((name) => `/bin/${name}`),
      { maxLength: 2 },
    ),
    interpreter: fc.option(fc.constant('/lib/ld.so'), { nil: undefined }),
    elf: fc.option(fc.constant({ machine: 'x86-64', needed: [] }), { nil: undefined }),
    place,
  })
  .map((members) => JSON.parse(JSON.stringify(members)) as object);

/** Every rule, with what it needs to be asked. */
async function everything() {
  const settings: Readonly<Record<string, string>> = {
    'forbidden-packages': 'packages: ["openssl", "npm*"], countDeleted: true',
    'required-packages': 'packages: ["libc6"]',
    'required-labels': 'labels: { team: "*" }',
  };
  const lines = rules.map(
    ({ name }) => `  ${name}: { effect: fail${settings[name] === undefined ? '' : `, ${settings[name]}`} }`,
  );
  const text = `apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: all }\nrules:\n${lines.join('\n')}\n`;
  return preparePolicy((await parsePolicy(text, 'all.yaml')).policy);
}

test('every rule says of what is kept what it says of the whole record', async () => {
  const policy = await everything();
  const reader = new InputReader(asked, 3);
  const now = new Date('2026-01-01T00:00:00Z');
  fc.assert(
    fc.property(
      fc.array(packageStub, { maxLength: 8 }),
      fc.array(executable, { maxLength: 6 }),
      fc.boolean(),
      (packages, executables, isNamed) => {
        const record = makeRecord(
          { packages, executables, ...(isNamed ? {} : { operatingSystem: null }), advisories: null },
          now,
        );
        const { record: kept } = reader.read(Buffer.from(judgingInput(record, asked)))!;
        const verdict = (of: typeof record): string => canonicalJson(judge(of, policy, { now }));
        expect(verdict(kept)).toBe(verdict(record));
      },
    ),
    { numRuns: 300, seed: 11 },
  );
});

test('packages come out as they went in, but for what no rule asks for', () => {
  const reader = new InputReader(asked, 3);
  fc.assert(
    fc.property(fc.array(packageStub, { maxLength: 8 }), (packages) => {
      const record = makeRecord({ packages });
      const { record: kept, findPackage } = reader.read(Buffer.from(judgingInput(record, asked)))!;
      const expected = record.packages.map((whole) => {
        // The maker gives each a title, which no package has.
        const { depends: _depends, title: _title, ...rest } = whole as Package & { readonly title?: string };
        const there = Object.entries(rest).filter(([, value]) => value !== null);
        return { ...Object.fromEntries(there), licenses: [], cataloger: '' };
      });
      expect(canonicalJson(JSON.parse(JSON.stringify(kept.packages)))).toBe(canonicalJson(expected));
      for (const found of kept.packages) expect(findPackage!(found.id)!.id).toBe(found.id);
    }),
    { numRuns: 200, seed: 12 },
  );
});

test('what another version has written is not read', () => {
  const reader = new InputReader({ asked: 'others' });
  expect(reader.read(Buffer.from(judgingInput(makeRecord(), asked)))).toBeUndefined();
});
