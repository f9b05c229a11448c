import { hash } from 'node:crypto';
import type { Policy } from './policy.ts';

/** The policy's digest, `sha256:…`, over its canonical form: the same for the same demands, however they are written. */
export function policyDigest(policy: Policy): string {
  return `sha256:${sha256(canonicalJson(policy))}`;
}

/** Lower-case hexadecimal SHA-256 of a text. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** JSON with sorted keys and without undefined values. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
