import type { SecretHit } from './secret-scanner.ts';
import { isPlaceholder } from './value-checks.ts';

/** Files whose every line holds a credential, without a word that says so; by the end of their path. */
const files = [
  {
    path: /\/\.pgpass$/,
    rule: { id: 'pgpass-password', title: 'Password in .pgpass' },
    line: /^(?:[^:\n\\#]{0,200}:){4}([^\n\r:]{1,200})$/,
    severity: 'critical',
  },
  {
    path: /\/\.?htpasswd$/,
    rule: { id: 'htpasswd-hash', title: 'Password hash in an htpasswd file' },
    line: /^[^:\s#]{1,100}:(\$(?:apr1|2[aby]|5|6)\$[^\s:]{10,200}|\{SHA\}[^\s:]{20,60}|[./A-Za-z0-9]{13})$/,
    severity: 'medium',
  },
  {
    path: /\/config\/master\.key$|\/config\/credentials\/[a-z]{1,20}\.key$/,
    rule: { id: 'rails-master-key', title: 'Rails master key' },
    line: /^([0-9a-f]{32})$/,
    severity: 'critical',
  },
] as const;

/** Secrets of such a file, of the lines that begin within the bounds; nothing for any other path. */
export function secretFileHits(bytes: Uint8Array, path: string, bounds: { from: number; to: number }): SecretHit[] {
  const kind = files.find((candidate) => candidate.path.test(path));
  if (kind === undefined) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const hits: SecretHit[] = [];
  for (let at = 0, end = 0; at < bounds.to; at = end + 1) {
    end = text.indexOf(10, at);
    if (end < 0) end = text.length;
    if (at < bounds.from || end - at > 1200) continue;
    const line = text.toString('latin1', at, end);
    const secret = kind.line.exec(line.replace(/\r$/, ''))?.[1];
    if (secret === undefined || isPlaceholder(secret.replace(/^\$/, ''))) continue;
    const start = at + line.lastIndexOf(secret);
    hits.push({ rule: kind.rule, severity: kind.severity, secret, start, end: start + secret.length });
  }
  return hits;
}
