import { inflateSync } from 'node:zlib';

/** A crate that a program was built from. */
export interface Crate {
  readonly name: string;
  readonly version: string;
  /** Used by build scripts and macros only: not in the program. */
  readonly build: boolean;
}

/** cargo-auditable's own limit for a hostile section. */
const maxTextBytes = 8 << 20;
const maxCrates = 50_000;

/**
 * Reads what cargo-auditable puts into the section `.dep-v0`: JSON compressed by zlib (its PARSING.md and schema).
 * Gives the crates, or a phrase that says why not.
 */
export function readAuditData(compressed: Uint8Array): readonly Crate[] | string {
  let text: string;
  try {
    text = inflateSync(compressed, { maxOutputLength: maxTextBytes }).toString('utf8');
  } catch {
    return 'it does not decompress, or to more than 8 MiB';
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  const packages = isObject(document) ? document['packages'] : undefined;
  if (!Array.isArray(packages)) return 'it lists no packages';
  if (packages.length > maxCrates) return `it lists more than ${maxCrates} packages`;
  const crates: Crate[] = [];
  for (const entry of packages as readonly unknown[]) {
    if (!isObject(entry)) return 'a package in it has no name or version';
    const { name, version, kind } = entry;
    if (typeof name !== 'string' || typeof version !== 'string') return 'a package in it has no name or version';
    crates.push({ name, version, build: kind === 'build' });
  }
  return crates;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
