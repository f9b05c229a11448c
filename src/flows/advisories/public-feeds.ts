/** Where the public feeds are, each replaceable by a mirror of the same shape. */
export interface FeedAddresses {
  /** Base of OSV's exports: `<base>/<ecosystem>/all.zip`. */
  readonly osv: string;
  readonly kev: string;
  readonly epss: string;
  readonly eol: string;
}

export const publicAddresses: FeedAddresses = {
  osv: 'https://osv-vulnerabilities.storage.googleapis.com',
  kev: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
  epss: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
  eol: 'https://endoflife.date/api/v1/products/full',
};

/** Ecosystems fetched when none are asked for: those whose packages Plimsoll finds in images. */
export const usualEcosystems: readonly string[] = [
  'AlmaLinux',
  'Alpine',
  'Chainguard',
  'Debian',
  'Go',
  'Maven',
  'PyPI',
  'Red Hat',
  'Rocky Linux',
  'RubyGems',
  'SUSE',
  'Ubuntu',
  'Wolfi',
  'crates.io',
  'npm',
  'openSUSE',
];

export const feedNames = ['osv', 'kev', 'epss', 'eol'] as const;
export type FeedName = (typeof feedNames)[number];

/** One file to fetch. */
export interface FeedRequest {
  /** What its rows are marked with in the database: `osv:Debian`, `kev`. */
  readonly origin: string;
  readonly url: string;
  /** Name in the cache. */
  readonly fileName: string;
}

/** The files that make up the feeds asked for. */
export function feedRequests(
  feeds: readonly FeedName[],
  ecosystems: readonly string[],
  addresses: FeedAddresses,
): readonly FeedRequest[] {
  const requests: FeedRequest[] = [];
  for (const feed of feedNames) {
    if (!feeds.includes(feed)) continue;
    if (feed !== 'osv') {
      requests.push({ origin: feed, url: addresses[feed], fileName: fileNames[feed] });
      continue;
    }
    for (const ecosystem of [...new Set(ecosystems)].sort())
      requests.push({
        origin: `osv:${ecosystem}`,
        url: `${addresses.osv.replace(/\/+$/, '')}/${encodeURIComponent(ecosystem)}/all.zip`,
        fileName: `osv-${ecosystem.replace(/[^A-Za-z0-9.-]/g, '_')}.zip`,
      });
  }
  return requests;
}

const fileNames = { kev: 'kev.json', epss: 'epss.csv.gz', eol: 'eol.json' } as const;
