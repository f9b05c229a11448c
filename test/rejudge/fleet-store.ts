import { makeDatabase, type MadeDatabase, ndjson } from '../../src/advisories/made-database.ts';
import { keepImage, activePolicy } from '../../src/flows/keep-image/index.ts';
import { assess, judgingTerms } from '../../src/flows/rejudge/index.ts';
import type { ImageRecord, Verdict } from '../../src/model/index.ts';
import { canonicalJson } from '../../src/policy/index.ts';
import { withoutAdvisories } from '../../src/record/index.ts';
import { judgeInScopes } from '../../src/flows/keep-image/index.ts';
import { currentVerdict, listRecords, noteContainers, noteHost, type Store } from '../../src/server-store/index.ts';
import { makeRecord } from '../make/record.ts';

export const day = (n: number): Date => new Date(Date.UTC(2026, 10, 20 + n));
export const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

/** An advisory in OSV's form on a package of npm. */
export function advisory(
  id: string,
  name: string,
  { fixed = '2.0.0', modified = '2026-11-01T00:00:00Z', ...more }: Readonly<Record<string, unknown>> = {},
): object {
  return {
    id,
    modified,
    published: '2026-09-01T00:00:00Z',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }] },
    ],
    ...more,
  };
}

/** An image with packages of npm: `name@version`. */
export function imageOf(n: number, packages: readonly string[], more: object = {}): ImageRecord {
  return makeRecord(
    {
      image: { digest: digest(n), created: '2026-11-19T00:00:00Z' },
      packages: packages.map((text, i) => ({
        id: `p${i}`,
        type: 'npm',
        name: text.split('@')[0],
        version: text.split('@')[1],
        purl: `pkg:npm/${text}`,
        scheme: 'semver',
        ecosystem: 'npm',
        place: { path: `/srv/node_modules/${text.split('@')[0]}/package.json`, layer: 0, owner: 'app' },
      })),
      advisories: null,
      ...more,
    },
    day(0),
  );
}

/** Keeps a record as a scan with that database does. */
export async function scanInto(store: Store, record: ImageRecord, { path }: MadeDatabase, name: string): Promise<void> {
  const terms = await judgingTerms(store, path, day(4));
  try {
    await keepImage(store, {
      record: assess(record, terms),
      reference: name,
      policy: terms.policy,
      actor: { kind: 'automation', name: 'test', known: 'test' },
      now: day(4),
    });
  } finally {
    terms.database?.close();
  }
}

/** A container of an image that runs in an environment. */
export async function runSomewhere(store: Store, image: string, environment: string): Promise<void> {
  const host = await noteHost(store, { kind: 'docker', name: `node-of-${environment}-${image.slice(-4)}` }, day(1));
  const containers = [
    {
      id: `c-${image.slice(-4)}`,
      name: 'cart',
      imageIds: [image],
      imageName: 'shop/cart:1',
      environment,
      team: 'shop',
      since: day(1),
    },
  ];
  await noteContainers(store, host, { containers, now: day(1) });
}

/** Every verdict that holds, in canonical JSON, by image and scope. */
export async function heldVerdicts(store: Store): Promise<Readonly<Record<string, string>>> {
  const rows = await store.db.selectFrom('verdict').select(['image', 'scope']).where('until', 'is', null).execute();
  const held: Record<string, string> = {};
  for (const { image, scope } of rows.sort((a, b) => (a.image + a.scope < b.image + b.scope ? -1 : 1)))
    held[`${image.slice(-4)} ${scope}`] = canonicalJson((await currentVerdict(store, image, scope))!.verdict);
  return held;
}

/** What fresh scans with that database give. */
export async function freshVerdicts(
  store: Store,
  records: readonly ImageRecord[],
  { path, now }: { readonly path: string; readonly now: Date },
): Promise<Readonly<Record<string, string>>> {
  const terms = await judgingTerms(store, path, now);
  const names = new Map(
    (await listRecords(store, { scope: 'default', limit: 1000 })).items.map((row) => [row.image, row.name]),
  );
  const fresh: Record<string, string> = {};
  try {
    const all: Verdict[] = records.flatMap((record) =>
      judgeInScopes(assess(withoutAdvisories(record), terms), terms.policy, {
        names: [names.get(record.image.digest)!],
        now,
      }),
    );
    for (const verdict of all.sort((a, b) => (a.imageDigest + a.scope < b.imageDigest + b.scope ? -1 : 1)))
      fresh[`${verdict.imageDigest.slice(-4)} ${verdict.scope}`] = canonicalJson(verdict);
  } finally {
    terms.database?.close();
  }
  return fresh;
}

export { activePolicy, makeDatabase, ndjson };
