import { expect, it } from 'vitest';
import { cartRecord } from '../../test/make/cart-image.ts';
import type { Comparison } from '../model/index.ts';
import { renderComparison } from './index.ts';

const record = cartRecord();
const size = {
  digest: record.image.digest,
  sizeBytes: 118_000_000,
  layers: 5,
  packages: 3,
  executables: 1,
  findings: 6,
};
const [libssl, net] = record.packages;
const [su] = record.executables;
const comparison: Comparison = {
  from: size,
  to: { ...size, sizeBytes: 121_500_000, layers: 6 },
  packages: { added: [libssl!], removed: [], changed: [{ from: net!, to: { ...net!, version: 'v0.17.0' } }] },
  executables: {
    added: [],
    removed: [su!],
    changed: [{ from: su!, to: { ...su!, mode: 0o755, sha256: 'f'.repeat(64), sizeBytes: 90_000 } }],
  },
  findings: {
    new: [
      { finding: record.findings[0]!, cause: 'package-changed', previousVersion: '3.0.9-1' },
      { finding: record.findings.find(({ kind }) => kind === 'secret')!, cause: 'content' },
    ],
    gone: [record.findings[3]!],
  },
  configuration: [
    { what: 'user', from: '65532', to: 'root' },
    { what: 'env PATH', to: '/bin' },
  ],
  caveats: ['the two were looked up in different advisory databases'],
};
const options = { format: 'table', a: 'cart:1.8.1', b: 'cart:1.8.2', columns: 80, color: false } as const;

it('says what is new to blame first, then what went, came and changed', () => {
  expect(renderComparison(comparison, options)).toMatchInlineSnapshot(`
    "cart:1.8.1 → cart:1.8.2
    both sha256:9f3c01000000
    118 MB → 122 MB (+3.5 MB) · 5 → 6 layers

     2 new findings  2 high
       high  CVE-2024-6119      libssl3 3…-1~deb12u2  was 3.0.9-1  base, layer 2
       high  AWS acce…KIA…3F7Q  /srv/cart/.env:3      new content  app, layer 4: CO…

     1 finding gone  1 high
       high  CVE-2023-44487  golang.org/x/net v0.7.0

     2 packages  1 changed, 1 added
       ~  golang.org/x/net  v0.7.0 → v0.17.0  golang  app, layer 3
       +  libssl3           3.0.11-1~deb12u2  deb     base, layer 2

     2 executables  1 changed, 1 removed
       ~  /usr/bin/su  71 kB → 90 kB, mode 4755 → 755  base, layer 1
       -  /usr/bin/su  71 kB, setuid                   base, layer 1

     2 settings  of the configuration
       ~  user      65532 → root
       +  env PATH  /bin

     but the two were looked up in different advisory databases
    "
  `);
});

it('says what was compared where nothing differs', () => {
  const none = { added: [], removed: [], changed: [] };
  const same = {
    ...comparison,
    to: size,
    packages: none,
    executables: none,
    findings: { new: [], gone: [] },
    configuration: [],
    caveats: [],
  };
  expect(renderComparison(same, options)).toMatchInlineSnapshot(`
    "cart:1.8.1 → cart:1.8.2
    both sha256:9f3c01000000
    118 MB → 118 MB (same size) · 5 → 5 layers

     nothing differs: 3 packages, 1 executable, 6 findings and the configuration are
       alike
    "
  `);
});

it('is the comparison itself as JSON', () => {
  expect(JSON.parse(renderComparison(comparison, { ...options, format: 'json' }))).toEqual(
    JSON.parse(JSON.stringify(comparison)),
  );
});
