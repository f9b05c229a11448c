import { expect, test } from 'vitest';
import { vexTargets, type VexStatement } from './index.ts';

const digest = `sha256:${'a1'.repeat(32)}`;
const other = `sha256:${'b2'.repeat(32)}`;
const about = (...products: (string | VexStatement['products'][number])[]): VexStatement => ({
  ...{ id: 'v#0', author: 'a', vulnerabilities: ['CVE-1'], status: 'fixed', reason: 'r' },
  products: products.map((each) => (typeof each === 'string' ? { id: each, digests: [], subcomponents: [] } : each)),
});

test('what statements are about: images by digest and by every spelling of a name, packages by purl', () => {
  expect(
    vexTargets([
      about(digest, `pkg:oci/cart@${encodeURIComponent(other)}?repository_url=shop.example.com/cart`),
      about('pkg:oci/cart?repository_url=shop.example.com/cart&tag=1', 'nginx:1.27', 'pkg:docker/library/redis@7'),
      about('pkg:deb/debian/openssl@3.0', { id: 'x', digests: [digest], subcomponents: ['pkg:npm/y'] }),
      about({ id: 'pkg:npm/outer@1', digests: [], subcomponents: ['pkg:npm/inner'] }),
    ]),
  ).toEqual({
    digests: [digest, other],
    names: [
      'shop.example.com/cart',
      'nginx:1.27',
      'docker.io/library/nginx:1.27',
      'library/redis',
      'docker.io/library/redis',
      'x',
      'docker.io/library/x',
    ],
    packages: ['pkg:deb/debian/openssl@3.0'],
  });
});
