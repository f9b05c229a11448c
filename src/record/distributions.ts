/** What of an operating system decides the OSV ecosystem of its packages. */
export interface DistributionId {
  /** os-release ID. */
  readonly id: string;
  readonly version: string;
}

type Release = (version: string) => string | undefined;

const major: Release = (version) => /^\d+/.exec(version)?.[0];
const minor: Release = (version) => /^\d+\.\d+/.exec(version)?.[0];
/** For those whose advisories name no release. */
const rolling: Release = () => '';

/**
 * OSV's name for each distribution that it has advisories of (OSV schema, "Defined ecosystems") and how it writes the
 * release. Distributions that OSV lacks (Amazon Linux, Fedora, Oracle Linux, Arch, Gentoo …) are not here.
 */
const distributions: Readonly<Record<string, { readonly name: string; readonly release: Release }>> = {
  almalinux: { name: 'AlmaLinux', release: major },
  alpaquita: { name: 'Alpaquita', release: (version) => (version === 'stream' ? version : major(version)) },
  alpine: { name: 'Alpine', release: alpineRelease },
  azurelinux: { name: 'Azure Linux', release: major },
  'bellsoft-hardened-containers': {
    name: 'BellSoft Hardened Containers',
    release: (version) => major(version) ?? 'stream',
  },
  chainguard: { name: 'Chainguard', release: rolling },
  cleanstart: { name: 'CleanStart', release: rolling },
  debian: { name: 'Debian', release: major },
  echo: { name: 'Echo', release: rolling },
  freebsd: { name: 'FreeBSD', release: major },
  mageia: { name: 'Mageia', release: major },
  mariner: { name: 'Azure Linux', release: major },
  minimos: { name: 'MinimOS', release: rolling },
  openeuler: { name: 'openEuler', release: openEulerRelease },
  opensuse: { name: 'openSUSE', release: (version) => prefixed('Leap ', minor(version)) },
  'opensuse-leap': { name: 'openSUSE', release: (version) => prefixed('Leap ', minor(version)) },
  'opensuse-tumbleweed': { name: 'openSUSE', release: () => 'Tumbleweed' },
  photon: { name: 'Photon OS', release: (version) => minor(version) ?? prefixed('', major(version), '.0') },
  rhel: { name: 'Red Hat', release: major },
  rocky: { name: 'Rocky Linux', release: major },
  sled: { name: 'SUSE', release: (version) => suseRelease('Desktop', version) },
  sles: { name: 'SUSE', release: (version) => suseRelease('Server', version) },
  ubuntu: { name: 'Ubuntu', release: ubuntuRelease },
  wolfi: { name: 'Wolfi', release: rolling },
};

/**
 * The OSV ecosystem of a distribution's packages: `Debian:12`, `Alpine:v3.19`, `Ubuntu:22.04:LTS`, `Wolfi`. Undefined where
 * OSV has none or the release is not known: then nothing is known of its packages' vulnerabilities.
 */
export function ecosystemOf({ id, version }: DistributionId): string | undefined {
  const key = id.toLowerCase();
  const distribution = Object.hasOwn(distributions, key) ? distributions[key] : undefined;
  const release = distribution?.release(version);
  if (distribution === undefined || release === undefined) return undefined;
  return release === '' ? distribution.name : `${distribution.name}:${release}`;
}

/** Snapshots of the development branch (`3.23.0_alpha20250612`) have no advisories of their own. */
function alpineRelease(version: string): string | undefined {
  return version.includes('_') ? undefined : prefixed('v', minor(version));
}

/** Long-term releases are those of April of even years, and say so. */
function ubuntuRelease(version: string): string | undefined {
  const release = minor(version);
  if (release === undefined) return undefined;
  const isLongTerm = release.endsWith('.04') && Number.parseInt(release, 10) % 2 === 0;
  return isLongTerm ? `${release}:LTS` : release;
}

/** `22.03` with `LTS-SP3` behind it becomes `22.03-LTS-SP3`; releases of March are long-term ones. */
function openEulerRelease(version: string): string | undefined {
  const release = minor(version);
  if (release === undefined) return undefined;
  const servicePack = /SP\d+/.exec(version)?.[0];
  const lts = release.endsWith('.03') ? '-LTS' : '';
  return `${release}${lts}${servicePack === undefined ? '' : `-${servicePack}`}`;
}

/** `15.5` is `Linux Enterprise Server 15 SP5`. */
function suseRelease(product: string, version: string): string | undefined {
  const [first, servicePack] = version.split('.');
  if (first === undefined || major(first) !== first) return undefined;
  if (Number(first) >= 16) return `Linux Enterprise ${product} ${version}`;
  return `Linux Enterprise ${product} ${first}${servicePack && servicePack !== '0' ? ` SP${servicePack}` : ''}`;
}

function prefixed(prefix: string, release: string | undefined, suffix = ''): string | undefined {
  return release === undefined ? undefined : `${prefix}${release}${suffix}`;
}
