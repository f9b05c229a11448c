import type { Purl } from '../formats/purl.ts';
import { ecosystemOf } from './distributions.ts';

/** What a purl's type says about the package. */
export interface PurlType {
  /** Name of the version scheme in versions/; absent where versions are not ordered by any that Plimsoll has. */
  readonly scheme?: string;
  /** OSV's ecosystem; `operating-system` where the release decides; absent where OSV has none. */
  readonly ecosystem?: string;
  /** What stands between namespace and name in the package's full name, where the namespace belongs to it. */
  readonly joint?: string;
}

/** The purl types that Plimsoll understands (purl-spec, PURL-TYPES); other types have neither scheme nor ecosystem. */
const purlTypes: Readonly<Record<string, PurlType>> = {
  apk: { scheme: 'apk', ecosystem: 'operating-system' },
  cargo: { scheme: 'semver', ecosystem: 'crates.io' },
  composer: { ecosystem: 'Packagist', joint: '/' },
  conan: { ecosystem: 'ConanCenter' },
  cran: { ecosystem: 'CRAN' },
  deb: { scheme: 'deb', ecosystem: 'operating-system' },
  gem: { scheme: 'gem', ecosystem: 'RubyGems' },
  githubactions: { scheme: 'semver', ecosystem: 'GitHub Actions', joint: '/' },
  golang: { scheme: 'go', ecosystem: 'Go', joint: '/' },
  hackage: { ecosystem: 'Hackage' },
  hex: { scheme: 'semver', ecosystem: 'Hex' },
  maven: { scheme: 'maven', ecosystem: 'Maven', joint: ':' },
  npm: { scheme: 'semver', ecosystem: 'npm', joint: '/' },
  nuget: { ecosystem: 'NuGet' },
  opam: { ecosystem: 'opam' },
  pub: { ecosystem: 'Pub' },
  pypi: { scheme: 'pep440', ecosystem: 'PyPI' },
  rpm: { scheme: 'rpm', ecosystem: 'operating-system' },
  swift: { scheme: 'semver', ecosystem: 'SwiftURL', joint: '/' },
};

/** What is known of a purl's type; nothing (an empty object) for types that are not in the table. */
export function purlTypeOf(type: string): PurlType {
  return (Object.hasOwn(purlTypes, type) ? purlTypes[type] : undefined) ?? {};
}

/** The package's full name as its ecosystem's advisories write it: `@babel/core`, `org.apache.commons:commons-text`. */
export function fullNameOf({ type, namespace, name }: Purl): string {
  const joint = purlTypeOf(type).joint;
  return namespace === undefined || joint === undefined ? name : `${namespace}${joint}${name}`;
}

/** The version with what the purl keeps apart from it: the epoch that some tools put into a qualifier. Empty where the purl has none. */
export function fullVersionOf({ type, version, qualifiers }: Purl): string {
  if (version === undefined) return '';
  const epoch = qualifiers?.['epoch'];
  return (type === 'rpm' || type === 'deb') && epoch !== undefined && /^\d+$/.test(epoch) && !version.includes(':')
    ? `${epoch}:${version}`
    : version;
}

/**
 * The distribution that a purl's `distro` qualifier and namespace name: `distro=debian-12`, `alpine-3.19.1`, `3.19`, or a
 * Debian or Ubuntu code name. Undefined where there is none or no release can be read from it.
 */
export function distributionOf({ namespace, qualifiers }: Purl): { id: string; version: string } | undefined {
  const distro = qualifiers?.['distro'];
  if (distro === undefined) return undefined;
  const known = codenames.get(distro.toLowerCase());
  if (known !== undefined) return known;
  const match = /^(?:(.*?)-)?v?(\d.*)$/.exec(distro);
  const id = match?.[1] ?? namespace;
  return match?.[2] === undefined || id === undefined ? undefined : { id: id.toLowerCase(), version: match[2] };
}

/** The OSV ecosystem in which advisories speak of the package, or undefined where none is known. */
export function purlEcosystem(purl: Purl, operatingSystem?: { id: string; version: string }): string | undefined {
  const { ecosystem } = purlTypeOf(purl.type);
  if (ecosystem !== 'operating-system') return ecosystem;
  const distribution = distributionOf(purl) ?? operatingSystem;
  return distribution === undefined ? undefined : ecosystemOf(distribution);
}

const codenames = new Map(
  (
    [
      ['debian', 'stretch 9 buster 10 bullseye 11 bookworm 12 trixie 13 forky 14'],
      ['ubuntu', 'trusty 14.04 xenial 16.04 bionic 18.04 focal 20.04 jammy 22.04 noble 24.04'],
    ] as const
  ).flatMap(([id, text]) => {
    const words = text.split(' ');
    return words.flatMap((word, i) => (i % 2 === 0 ? [[word, { id, version: words[i + 1] ?? '' }] as const] : []));
  }),
);
