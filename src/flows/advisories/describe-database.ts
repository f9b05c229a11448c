import { openAdvisoryDatabase } from '../../advisories/index.ts';
import type { DatedBy, EcosystemFacts } from '../../advisories/index.ts';

/** What `db info` says. */
export interface DatabaseDescription {
  readonly path: string;
  readonly digest: string;
  readonly builtAt: string;
  /** How that is known; absent: made by a version that did not say. */
  readonly datedBy?: DatedBy;
  /** Age of the data, in seconds. */
  readonly ageSeconds: number;
  readonly advisories: number;
  /** Pairs of advisory and package. */
  readonly affected: number;
  readonly ecosystems: readonly EcosystemFacts[];
  /** Counts of the last import that left something out. */
  readonly lastImport: Readonly<Record<string, number>>;
  readonly exploited: { readonly entries: number; readonly date?: string };
  readonly epss: { readonly entries: number; readonly date?: string };
  readonly endOfLife: { readonly cycles: number; readonly packages: number };
  /** Only when asked: whether the contents still have the digest. */
  readonly intact?: boolean;
}

/**
 * Describes a database.
 * @throws CodedError as opening it does
 */
export function describeDatabase(path: string, now: Date, options: { readonly verify: boolean }): DatabaseDescription {
  const database = openAdvisoryDatabase(path);
  try {
    const meta = database.meta();
    const counts = [...meta].filter(([key]) => key.startsWith('count:'));
    return {
      path,
      digest: database.digest,
      builtAt: database.builtAt,
      datedBy: meta.get('datedBy') as DatedBy | undefined,
      ageSeconds: Math.max(0, Math.round((now.getTime() - Date.parse(database.builtAt)) / 1000)),
      advisories: database.count('advisory'),
      affected: database.count('affected'),
      ecosystems: database.ecosystems(),
      lastImport: Object.fromEntries(counts.map(([key, value]) => [key.slice('count:'.length), Number(value)])),
      exploited: { entries: database.count('exploited'), date: meta.get('date:exploited') },
      epss: { entries: database.count('epss'), date: meta.get('date:epss') },
      endOfLife: { cycles: database.count('support'), packages: database.count('unsupported') },
      intact: options.verify ? database.recomputeDigest() === database.digest : undefined,
    };
  } finally {
    database.close();
  }
}
