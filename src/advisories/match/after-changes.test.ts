import { describe, expect, test } from 'vitest';
import type { AdvisoryDatabase } from '../database/advisory-database.ts';
import { AdvisoryMatcher, changesSince } from '../index.ts';
import { makeDatabase, makePackage, ndjson } from '../made-database.ts';

function osv(id: string, name: string, more: object = {}): object {
  return {
    id,
    modified: '2026-11-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'Debian:12', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0' }] }],
      },
    ],
    ...more,
  };
}

const packages = ['left', 'right', 'new', 'quiet'].map((name) =>
  makePackage({ type: 'deb', name, version: '1.0', scheme: 'deb', ecosystem: 'Debian:12' }),
);

/** The names that are looked up from here on. */
function lookupsOf(database: AdvisoryDatabase): string[] {
  const names: string[] = [];
  const affected = database.affected.bind(database);
  database.affected = (ecosystem, name) => {
    names.push(name);
    return affected(ecosystem, name);
  };
  return names;
}

describe('a matcher for the database of the next day', () => {
  test('looks up again what changed, and nothing else', async () => {
    const first = await makeDatabase({ 'a.ndjson': ndjson(osv('CVE-1', 'left'), osv('CVE-2', 'right')) });
    const earlier = new AdvisoryMatcher(first.database);
    expect(earlier.match({ packages }).findings.map(({ advisory }) => advisory)).toEqual(['CVE-1', 'CVE-2']);
    const day = ndjson(
      osv('CVE-2', 'right', { modified: '2026-11-02T00:00:00Z', withdrawn: '2026-11-02T00:00:00Z' }),
      osv('CVE-3', 'new'),
    );
    const second = await first.add({ 'b.ndjson': day });
    const changes = changesSince(second.path, first.database.digest)!;
    const later = AdvisoryMatcher.after(earlier, second.database, changes);
    const names = lookupsOf(second.database);
    const matched = later.match({ packages });
    const { findings, coverage } = matched;
    expect(findings.map(({ advisory, packageName }) => `${advisory} ${packageName}`)).toEqual([
      'CVE-1 left',
      'CVE-3 new',
    ]);
    expect(coverage.databaseDigest).toBe(second.database.digest);
    expect([...new Set(names)].sort()).toEqual(['new', 'right']);
    expect(matched).toEqual(new AdvisoryMatcher(second.database).match({ packages }));
    second.remove();
  });

  test('takes nothing over where scores changed', async () => {
    const first = await makeDatabase({ 'a.ndjson': ndjson(osv('CVE-2026-0001', 'left')) });
    const earlier = new AdvisoryMatcher(first.database);
    earlier.match({ packages });
    const second = await first.add({
      'epss.csv':
        '#model_version:v2026.01.01,score_date:2026-11-02T00:00:00+0000\ncve,epss,percentile\nCVE-2026-0001,0.5,0.9\n',
    });
    const changes = changesSince(second.path, first.database.digest)!;
    expect(changes).toEqual({ packages: [], scores: true });
    const [finding] = AdvisoryMatcher.after(earlier, second.database, changes).match({ packages }).findings;
    expect(finding?.epss).toEqual({ score: 0.5, percentile: 0.9 });
    second.remove();
  });
});
