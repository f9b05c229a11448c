/** Distributions, whose packages match by release and whose advisories may speak of many CVEs at once. */
const distributions: ReadonlySet<string> = new Set(
  (
    'AlmaLinux|Alpaquita|Alpine|Azure Linux|BellSoft Hardened Containers|Chainguard|CleanStart|Debian|' +
    'Docker Hardened Images|Echo|FreeBSD|Mageia|MinimOS|openEuler|openSUSE|Photon OS|Red Hat|Rocky Linux|Root|SUSE|' +
    'TuxCare|Ubuntu|Wolfi'
  ).split('|'),
);

const others: ReadonlySet<string> = new Set(
  (
    'Android|Bioconductor|Bitnami|ConanCenter|CRAN|crates.io|GHC|GIT|GitHub Actions|Go|Hackage|Hex|Julia|Kubernetes|' +
    'Linux|Maven|npm|NuGet|opam|OSS-Fuzz|Packagist|Pub|PyPI|RubyGems|SwiftURL|VSCode'
  ).split('|'),
);

/** The ecosystem without its release: `Debian` for `Debian:12`. */
export function ecosystemBase(ecosystem: string): string {
  const colon = ecosystem.indexOf(':');
  return colon === -1 ? ecosystem : ecosystem.slice(0, colon);
}

/** Whether the OSV schema knows the ecosystem. */
export function isKnownEcosystem(ecosystem: string): boolean {
  const base = ecosystemBase(ecosystem);
  return distributions.has(base) || others.has(base);
}

/** Whether its packages belong to an operating system. */
export function isDistribution(ecosystem: string): boolean {
  return distributions.has(ecosystemBase(ecosystem));
}

/**
 * The name under which advisories of an ecosystem are kept and looked up: spellings of one release become one.
 * `Ubuntu:22.04:LTS` is `Ubuntu:22.04`; `Red Hat:enterprise_linux:9::appstream` is `Red Hat:9`; a repository's address
 * behind `Maven` says nothing about the package and falls away.
 */
export function ecosystemKey(ecosystem: string): string {
  const [base = '', ...release] = ecosystem.split(':');
  if (release.length === 0 || release[0] === '') return base;
  if (base === 'Maven' || base === 'Packagist') return base;
  if (base === 'Ubuntu') return [base, ...release.filter((part) => part !== 'LTS')].join(':');
  if (base === 'Alpine' && /^\d/.test(release[0] ?? '')) return `Alpine:v${release.join(':')}`;
  if (base === 'Red Hat') {
    const [product = '', version = ''] = release;
    return product === 'enterprise_linux' ? `${base}:${version}` : `${base}:${product}${version && `:${version}`}`;
  }
  return ecosystem;
}

/** A package's name as its ecosystem's index compares it: PyPI by PEP 503; some without regard to case. */
export function packageKey(ecosystem: string, name: string): string {
  switch (ecosystemBase(ecosystem)) {
    case 'PyPI':
      return name.toLowerCase().replace(/[-_.]+/g, '-');
    case 'Packagist':
    case 'NuGet':
    case 'Hex':
    case 'GitHub Actions':
    case 'VSCode':
      return name.toLowerCase();
    default:
      return name;
  }
}
