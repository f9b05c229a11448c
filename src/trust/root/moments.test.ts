import { expect, test } from 'vitest';
import { nextTrustMoment } from './moments.ts';
import type { EnrolledIdentity, TrustRoot } from './trust-root.ts';

const rootOf = (...identities: Partial<EnrolledIdentity>[]): TrustRoot =>
  ({
    builders: [
      {
        name: 'ci',
        repositories: ['**'],
        keys: [],
        identities: identities.map((term) => ({ issuer: 'i', subject: 's', ...term })),
      },
    ],
    people: [],
  }) as unknown as TrustRoot;

test('the next moment at which a key or log-in begins or ends to count', () => {
  const root = rootOf(
    { from: '2026-03-01', until: '2026-06-30' },
    { until: '2026-05-01T12:00:00Z' },
    { revoked: { at: '2026-04-01T00:00:00Z' } },
  );
  const next = (now: string) => nextTrustMoment(root, new Date(now))?.toISOString();
  expect(next('2026-01-01T00:00:00Z')).toBe('2026-03-01T00:00:00.000Z');
  expect(next('2026-03-01T00:00:00Z')).toBe('2026-04-01T00:00:00.000Z');
  expect(next('2026-04-02T00:00:00Z')).toBe('2026-05-01T12:00:00.000Z');
  // The last day counts to its end.
  expect(next('2026-06-30T10:00:00Z')).toBe('2026-07-01T00:00:00.000Z');
  expect(next('2026-07-01T00:00:00Z')).toBeUndefined();
});
