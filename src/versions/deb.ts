import { compareDigits, endOfDigits, isDigit, isLetter } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Debian's order: `[epoch:]upstream[-revision]`, deb-version(7); as `dpkg --compare-versions`. */
export const deb: VersionScheme = { name: 'deb', compare, isValid };

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const aEpochEnd = epochEnd(a);
  const bEpochEnd = epochEnd(b);
  const epochs = compareDigits(a, 0, Math.max(aEpochEnd, 0), b, 0, Math.max(bEpochEnd, 0));
  if (epochs !== 0) return epochs;
  const aDash = a.lastIndexOf('-');
  const bDash = b.lastIndexOf('-');
  const aUpstreamEnd = aDash > aEpochEnd ? aDash : a.length;
  const bUpstreamEnd = bDash > bEpochEnd ? bDash : b.length;
  const upstreams = comparePart(a, aEpochEnd + 1, aUpstreamEnd, b, bEpochEnd + 1, bUpstreamEnd);
  if (upstreams !== 0) return upstreams;
  return comparePart(a, aUpstreamEnd + 1, a.length, b, bUpstreamEnd + 1, b.length);
}

/** Index of the colon after an epoch, or -1: what stands before the first colon is an epoch only if it is a number. */
function epochEnd(version: string): number {
  const end = endOfDigits(version, 0);
  return end > 0 && version.charCodeAt(end) === 58 ? end : -1;
}

/** Upstream or revision: by turns the stretches without digits, in a modified ASCII order, and the numbers. */
function comparePart(a: string, aFrom: number, aTo: number, b: string, bFrom: number, bTo: number): number {
  let i = aFrom;
  let j = bFrom;
  while (i < aTo || j < bTo) {
    while ((i < aTo && !isDigit(a.charCodeAt(i))) || (j < bTo && !isDigit(b.charCodeAt(j)))) {
      const difference = (i < aTo ? rank(a.charCodeAt(i)) : 0) - (j < bTo ? rank(b.charCodeAt(j)) : 0);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const aEnd = i < aTo ? Math.min(endOfDigits(a, i), aTo) : i;
    const bEnd = j < bTo ? Math.min(endOfDigits(b, j), bTo) : j;
    const difference = compareDigits(a, i, aEnd, b, j, bEnd);
    if (difference !== 0) return difference;
    i = aEnd;
    j = bEnd;
  }
  return 0;
}

/** `~` before the end, the end (and a digit) before letters, letters before the rest. */
function rank(code: number): number {
  if (code === 126) return -1;
  if (isDigit(code)) return 0;
  return isLetter(code) ? code : code + 256;
}

function isValid(version: string): boolean {
  const colon = version.indexOf(':');
  const end = epochEnd(version);
  if (colon !== end || (end > 0 && Number(version.slice(0, end)) > 0x7fffffff)) return false;
  const dash = version.lastIndexOf('-');
  const upstreamEnd = dash > end ? dash : version.length;
  if (upstreamEnd === end + 1 || upstreamEnd === version.length - 1) return false;
  if (!isDigit(version.charCodeAt(end + 1))) return false;
  for (let i = end + 1; i < version.length; i++) {
    const code = version.charCodeAt(i);
    if (isDigit(code) || isLetter(code) || code === 43 || code === 46 || code === 126) continue;
    if (i < upstreamEnd ? code === 45 || code === 58 : i === upstreamEnd) continue;
    return false;
  }
  return true;
}
