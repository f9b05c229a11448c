import { describe, expect, test } from 'vitest';
import { makeDatabase, makePackage, ndjson } from '../made-database.ts';
import { AdvisoryMatcher, changesSince } from '../index.ts';

function osv(id: string, name: string, fixed = '2.0', modified = '2026-11-01T00:00:00Z'): object {
  return {
    id,
    modified,
    published: '2026-10-01T00:00:00Z',
    affected: [
      { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }] },
    ],
  };
}

describe('the changes of an advisory database', () => {
  test('are the packages of new, changed and withdrawn advisories, over all imports since', async () => {
    const first = await makeDatabase({
      'a.ndjson': ndjson(osv('CVE-1', 'left'), osv('CVE-2', 'right'), osv('CVE-3', 'up')),
    });
    const before = first.database.digest;
    const second = await first.add({ 'b.ndjson': ndjson(osv('CVE-4', 'down')) });
    const between = second.database.digest;
    const third = await second.add({
      'c.ndjson': ndjson(
        osv('CVE-2', 'right', '3.0', '2026-11-02T00:00:00Z'),
        { ...osv('CVE-3', 'up', '2.0', '2026-11-03T00:00:00Z'), withdrawn: '2026-11-03T00:00:00Z' },
        osv('CVE-1', 'left'),
      ),
    });
    const names = (digest: string) => changesSince(third.path, digest)?.packages.map(({ name }) => name);
    expect(names(before)).toEqual(['down', 'right', 'up']);
    expect(names(between)).toEqual(['right', 'up']);
    expect(names('sha256:of-elsewhere')).toBeUndefined();
    third.remove();
  });

  test('are, too, the packages whose severity is taken from what another advisory says of their CVE', async () => {
    const scored = (id: string, score: string, modified: string) => ({
      ...osv(id, 'elsewhere', '2.0', modified),
      aliases: ['CVE-7'],
      severity: [{ type: 'CVSS_V3', score }],
    });
    const grave = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    const slight = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';
    const first = await makeDatabase({
      'a.ndjson': ndjson({ ...osv('DEBIAN-CVE-7', 'here'), upstream: ['CVE-7'] }, osv('CVE-8', 'other')),
    });
    const before = first.database.digest;
    const second = await first.add({ 'b.ndjson': ndjson(scored('GHSA-7', grave, '2026-11-02T00:00:00Z')) });
    const between = second.database.digest;
    const third = await second.add({ 'c.ndjson': ndjson(scored('GHSA-7', slight, '2026-11-03T00:00:00Z')) });
    const scoredThere = third.database.digest;
    const withdrawn = { ...scored('GHSA-7', slight, '2026-11-04T00:00:00Z'), withdrawn: '2026-11-04T00:00:00Z' };
    const fourth = await third.add({ 'd.ndjson': ndjson(withdrawn) });
    for (const digest of [before, between, scoredThere]) {
      const names = changesSince(fourth.path, digest)?.packages.map(({ name }) => name);
      expect(names).toEqual(['elsewhere', 'here']);
    }
    fourth.remove();
  });

  test('do not touch a package of the same name in a version of which nothing else is said', async () => {
    const old = makePackage({ type: 'npm', name: 'right', version: '1.0.0', scheme: 'semver', ecosystem: 'npm' });
    const fixed = { ...old, version: '5.0.0' };
    const first = await makeDatabase({ 'a.ndjson': ndjson(osv('CVE-1', 'right')) });
    const before = new AdvisoryMatcher(first.database);
    const digests = [before.answerDigest(old), before.answerDigest(fixed)];
    const second = await first.add({ 'b.ndjson': ndjson(osv('CVE-2', 'right')) });
    const after = new AdvisoryMatcher(second.database);
    expect([after.answerDigest(old) === digests[0], after.answerDigest(fixed) === digests[1]]).toEqual([false, true]);
    second.remove();
  });
});
