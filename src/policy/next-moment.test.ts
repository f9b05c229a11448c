import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeRecord } from '../../test/make/record.ts';
import { judge, nextMoment, parsePolicy, preparePolicy } from './index.ts';

const text = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: times }
rules:
  advisory-data-age: { effect: fail, maxAgeDays: 3.5 }
  certificates: { effect: fail, validForDays: 5 }
  fixable-severity: { effect: fail, atLeast: low, fixedForDays: 4 }
  unfixed-severity: { effect: fail, atLeast: low, knownForDays: 6 }
  image-age: { effect: fail, maxAgeDays: 9 }
  supported-operating-system: { effect: fail, daysLeft: 7 }
  no-secrets: fail
waivers:
  - { id: w, rule: no-secrets, owner: a, reason: b, expires: 2026-01-12 }
  - { id: v, rule: "**-severity", finding: CVE-1, owner: a, reason: b, expires: 2026-01-15 }
  - { id: u, rule: "**-severity", owner: a, reason: b, expires: 2026-01-09 }
`;
const dayMs = 86_400_000;
const begin = Date.parse('2026-01-01T00:00:00Z');
const day = fc.integer({ min: 0, max: 20 }).map((n) => new Date(begin + n * dayMs).toISOString().slice(0, 10));
const time = fc.integer({ min: 0, max: 20 * dayMs }).map((n) => new Date(begin + n).toISOString());
const when = fc.oneof(day, time);

const record = fc
  .record({ built: when, ends: when, fixed: when, published: when, created: when, supported: day })
  .map(({ built, ends, fixed, published, created, supported }) =>
    makeRecord(
      {
        image: { created },
        advisories: { builtAt: built, supportEnd: supported },
        certificates: [{ notAfter: ends, place: { path: '/c.pem', owner: 'app', layer: 0 } }],
        findings: [
          {
            kind: 'vulnerability',
            advisory: 'CVE-1',
            fix: { state: 'fixed', availableAt: fixed },
            place: { owner: 'app' },
          },
          { kind: 'vulnerability', advisory: 'CVE-2', published, fix: { state: 'not-fixed' }, place: { owner: 'app' } },
          { kind: 'secret', place: { path: '/.env', owner: 'app', layer: 0 } },
        ],
      },
      new Date(begin),
    ),
  );

describe('the next moment at which a verdict may turn', () => {
  test('comes before anything changes by time alone', async () => {
    const policy = await preparePolicy((await parsePolicy(text, 'times.yaml')).policy);
    const said = (of: Parameters<typeof judge>[0], at: number): string =>
      JSON.stringify(judge(of, policy, { now: new Date(at) }));
    fc.assert(
      fc.property(
        record,
        fc.integer({ min: -5 * dayMs, max: 30 * dayMs }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (of, offset, part) => {
          const now = begin + offset;
          const next = nextMoment(of, policy, { now: new Date(now) })?.getTime() ?? begin + 400 * dayMs;
          expect(next).toBeGreaterThan(now);
          for (const at of [now + Math.floor((next - now) * part), next - 1])
            if (at < next) expect(said(of, at)).toBe(said(of, now));
        },
      ),
      { numRuns: 500, seed: 7 },
    );
  });

  test('is exact for a waiver, a fix and the end of support', async () => {
    const policy = await preparePolicy((await parsePolicy(text, 'times.yaml')).policy);
    const stub = { image: { created: '2026-01-31T00:00:00Z' }, advisories: { builtAt: '2026-02-01T00:00:00Z' } };
    const next = (of: object, now: string): string | undefined =>
      nextMoment(makeRecord({ ...stub, ...of }), policy, { now: new Date(now) })?.toISOString();
    const secret = { kind: 'secret', place: { path: '/.env', owner: 'app', layer: 0 } };
    expect(next({ findings: [secret] }, '2026-01-01T00:00:00Z')).toBe('2026-01-13T00:00:00.000Z');
    // One that covers nothing, and names no image, ends without a word.
    expect(next({}, '2026-01-01T00:00:00Z')).toBe('2026-01-30T00:00:00.000Z');
    const fix = { state: 'fixed', availableAt: '2026-01-02' };
    const findings = [{ kind: 'vulnerability', fix, place: { owner: 'app' } }];
    expect(next({ findings }, '2026-01-01T00:00:00Z')).toBe('2026-01-06T00:00:00.000Z');
    const ending = { advisories: { builtAt: '2026-02-01T00:00:00Z', supportEnd: '2026-01-10' } };
    expect(next(ending, '2026-01-05T00:00:00Z')).toBe('2026-01-11T00:00:00.000Z');
  });

  test('is within the hour where a condition asks for the time', async () => {
    const asking = text.replace(
      'waivers:',
      "conditions:\n  - { name: c, expression: 'now.getHours() < 12', message: late }\nwaivers:",
    );
    const policy = await preparePolicy((await parsePolicy(asking, 'times.yaml')).policy);
    expect(nextMoment(makeRecord(), policy, { now: new Date('2026-06-01T10:00:00Z') })?.toISOString()).toBe(
      '2026-06-01T11:00:00.000Z',
    );
  });
});
