import { judge, parsePolicy, preparePolicy, defaultPolicy } from '../src/policy/index.ts';
import type { Policy } from '../src/policy/index.ts';
import type { ImageRecord } from '../src/model/index.ts';
import { makeRecord } from '../test/make/record.ts';

/*
 * Re-judging 10,000 records on one core: `node bench/judge.ts [RECORDS]`. Records have 300 packages, 400 executables, 120
 * vulnerabilities and a secret each; judged by the production policy, and by one with scopes, 200 waivers, VEX and two
 * conditions. The bar: 10 s for 10,000.
 */
const count = Number(process.argv[2] ?? 10_000);
const now = new Date('2026-01-01T00:00:00Z');
const records = Array.from({ length: 50 }, (_, seed) => record(seed));

await measure('production', defaultPolicy);
await measure('scopes, 200 waivers, VEX, conditions', await demanding());

async function measure(name: string, policy: Policy): Promise<void> {
  const prepared = await preparePolicy(policy);
  const vex = [statement()];
  for (const warmUp of records) judge(warmUp, prepared, { now, vex });
  const results = new Map<string, number>();
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const { result } = judge(records[i % records.length]!, prepared, {
      now,
      environment: 'prod',
      reference: 'r.example.com/a:1',
      vex,
    });
    results.set(result, (results.get(result) ?? 0) + 1);
  }
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const each = ((seconds / count) * 1e6).toFixed(0);
  process.stdout.write(
    `${name}: ${count} records in ${seconds.toFixed(2)} s (${((user + system) / 1e6).toFixed(2)} s of processor), ${each} µs each; ${JSON.stringify([...results])}\n`,
  );
}

function record(seed: number): ImageRecord {
  const place = (path: string, owner: string) => ({ path, layer: 1, owner });
  return makeRecord(
    {
      packages: Array.from({ length: 300 }, (_, i) => ({
        id: `p${i}`,
        type: i % 2 === 0 ? 'deb' : 'npm',
        name: `package-${i}`,
        version: `1.${seed}`,
        place: place(`/p/${i}`, i % 2 === 0 ? 'base' : 'app'),
      })),
      executables: Array.from({ length: 400 }, (_, i) => ({
        mode: i % 50 === 0 ? 0o4755 : 0o755,
        place: place(`/usr/bin/tool-${i}`, 'base'),
        links: [],
      })),
      findings: [
        ...Array.from({ length: 120 }, (_, i) => ({
          kind: 'vulnerability',
          advisory: `CVE-2024-${i}`,
          aliases: [`GHSA-${i}`],
          severity: ['critical', 'high', 'medium', 'low'][i % 4],
          packageId: `p${i}`,
          packageName: `package-${i}`,
          packageVersion: `1.${seed}`,
          fix: i % 3 === 0 ? { state: 'not-fixed' } : { state: 'fixed', version: '2', availableAt: '2025-06-01' },
          epss: { score: 0.01, percentile: 0.3 },
          place: place(`/p/${i}`, i % 2 === 0 ? 'base' : 'app'),
        })),
        { kind: 'secret', place: place('/a/.env', 'app') },
      ],
    },
    now,
  );
}

async function demanding(): Promise<Policy> {
  const waivers = Array.from(
    { length: 200 },
    (_, i) =>
      `  - { id: w${i}, finding: "CVE-2024-${i}*", package: package-${i}, owner: a, reason: b, expires: 2027-01-01 }`,
  );
  const text = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: demanding }
extends: production
conditions:
  - { name: a, expression: 'size(record.packages) < 1000', message: many }
  - { name: b, expression: 'record.packages.all(p, p.name != "x")', message: x }
scopes:
  - { name: prod, match: { environments: [prod], images: ["r.example.com/**"] }, rules: { no-shell: warn } }
waivers:
${waivers.join('\n')}
`;
  return (await parsePolicy(text, 'policy.yaml')).policy;
}

function statement() {
  return {
    id: 'vex#0',
    author: 'a',
    vulnerabilities: ['CVE-2024-1'],
    products: [{ id: 'pkg:npm/package-1', digests: [], subcomponents: [] }],
    status: 'not_affected' as const,
    reason: 'unreachable',
  };
}
