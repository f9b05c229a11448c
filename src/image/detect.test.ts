import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { detectSource } from './detect.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-detect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
mkdirSync(at('root'));
mkdirSync(at('layout'));
writeFileSync(at('layout/oci-layout'), '{}');
writeFileSync(at('sbom.json'), '\ufeff {"bomFormat":"CycloneDX"}');
writeFileSync(at('tag.spdx'), 'SPDXVersion: SPDX-2.3\n');
writeFileSync(at('packed.tgz'), Buffer.from([0x1f, 0x8b, 8, 0, 0]));
writeFileSync(at('notes.txt'), 'ahoy');
writeFileSync(at('with#hash.tgz'), Buffer.from([0x1f, 0x8b, 8, 0, 0]));

test.each([
  ['registry:localhost:5000/app:1', { kind: 'image', source: 'registry', target: 'localhost:5000/app:1' }],
  ['docker://app:1', { kind: 'image', source: 'docker', target: 'app:1' }],
  ['archive:x.tar#app:1', { kind: 'image', source: 'archive', target: 'x.tar#app:1' }],
  ['dir:/', { kind: 'dir', path: '/' }],
  ['sbom:a.json', { kind: 'sbom', path: 'a.json' }],
  [at('root'), { kind: 'dir', path: at('root') }],
  [at('layout'), { kind: 'image', source: 'layout', target: at('layout') }],
  [`${at('layout')}#v1`, { kind: 'image', source: 'layout', target: `${at('layout')}#v1` }],
  [at('sbom.json'), { kind: 'sbom', path: at('sbom.json') }],
  [at('tag.spdx'), { kind: 'sbom', path: at('tag.spdx') }],
  [at('packed.tgz'), { kind: 'image', source: 'archive', target: at('packed.tgz') }],
  [at('with#hash.tgz'), { kind: 'image', source: 'archive', target: at('with#hash.tgz') }],
  ['debian:12', { kind: 'image', source: 'engine-or-registry', target: 'debian:12' }],
])('%s is told by prefix or by what lies there', (input, detected) => {
  expect(detectSource(input)).toEqual(detected);
});

test.each([
  ['./none', 'file-not-found'],
  ['none.tar', 'file-not-found'],
  ['registry:', 'bad-reference'],
  [at('notes.txt'), 'unknown-input'],
])('%s is an error', (input, code) => {
  expect(() => detectSource(input)).toThrow(expect.objectContaining({ code }) as Error);
});
