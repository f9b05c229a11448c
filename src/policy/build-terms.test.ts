import { expect, test } from 'vitest';
import { parsePolicy } from './document.ts';
import { buildTerms } from './scopes.ts';

const text = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: test }
builds: { dirty: refuse }
scopes:
  - name: development
    match: { environments: [dev] }
    builds: { dirty: allow, unpushed: allow }
  - name: shop
    match: { images: ["registry.example.com/shop/**"] }
    builds: { unpushed: refuse }
`;

test('what a policy says of sources is laid over by the scopes that apply before there is an image', async () => {
  const { policy } = await parsePolicy(text, 'policy.yaml');
  expect(buildTerms(policy, {})).toEqual({ dirty: 'refuse' });
  expect(buildTerms(policy, { environment: 'dev' })).toEqual({ dirty: 'allow', unpushed: 'allow' });
  expect(buildTerms(policy, { environment: 'dev', reference: 'registry.example.com/shop/cart:1' })).toEqual({
    dirty: 'allow',
    unpushed: 'refuse',
  });
  expect(buildTerms(policy, { scope: 'shop' })).toEqual({ dirty: 'refuse', unpushed: 'refuse' });
  expect(() => buildTerms(policy, { scope: 'other' })).toThrow('policy test has no scope other');
});
