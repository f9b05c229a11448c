import { endOfDigits, isDigit, isLetter } from './digits.ts';
import { compareSemver, isSemver } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Go modules: semantic versions after `v`, pseudo-versions and `+incompatible` included (go.dev/ref/mod#versions), and
 * the tool chain's own `go1.21rc2`, which advisories write `1.21.0-rc.2`. `(devel)` names no version: it stands after all.
 */
export const go: VersionScheme = {
  name: 'go',
  compare(a, b) {
    if (a === b) return 0;
    const aDevelopment = isDevelopment(a);
    const bDevelopment = isDevelopment(b);
    if (aDevelopment || bDevelopment) return Number(aDevelopment) - Number(bDevelopment);
    return compareSemver(isToolchain(a) ? toolchainAsSemver(a) : a, isToolchain(b) ? toolchainAsSemver(b) : b);
  },
  isValid(version) {
    return isToolchain(version) ? isSemver(toolchainAsSemver(version)) : isSemver(version);
  },
};

/** `(devel)`, `devel`, `devel +0ab1cd2 …`: built from a working tree, with no version that orders it. */
function isDevelopment(version: string): boolean {
  return version === '(devel)' || (version.startsWith('devel') && !version.startsWith('devel go'));
}

function isToolchain(version: string): boolean {
  return (
    (version.startsWith('go') && isDigit(version.charCodeAt(2))) ||
    (version.startsWith('devel go') && isDigit(version.charCodeAt(8)))
  );
}

/**
 * `go1.21.3 X:boringcrypto` → `1.21.3`, `go1.21rc2` → `1.21.0-rc.2`, `go1.20` → `1.20.0`, and `devel go1.23-f4bdbd0 …`,
 * which comes before the first pre-release of what it leads to, → `1.23.0-0`.
 */
function toolchainAsSemver(version: string): string {
  const development = version.startsWith('devel');
  const from = development ? 8 : 2;
  const parts: string[] = [];
  let at = from;
  for (;;) {
    const to = endOfDigits(version, at);
    parts.push(version.slice(at, to));
    at = to;
    if (parts.length === 3 || version.charCodeAt(at) !== 46 || !isDigit(version.charCodeAt(at + 1))) break;
    at++;
  }
  while (parts.length < 3) parts.push('0');
  const numbers = parts.join('.');
  if (development) return `${numbers}-0`;
  let wordEnd = at;
  while (isLetter(version.charCodeAt(wordEnd))) wordEnd++;
  if (wordEnd === at) return numbers;
  return `${numbers}-${version.slice(at, wordEnd)}.${version.slice(wordEnd, endOfDigits(version, wordEnd)) || '0'}`;
}
