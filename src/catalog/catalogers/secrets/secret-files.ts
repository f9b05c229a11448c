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

/** Secrets of such a file; nothing for any other path. Reads the first 64 KiB and at most a hundred lines. */
export function secretFileHits(bytes: Uint8Array, path: string): SecretHit[] {
  const kind = files.find((candidate) => candidate.path.test(path));
  if (kind === undefined) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64 << 10)).toString('latin1');
  const hits: SecretHit[] = [];
  let at = 0;
  for (const line of text.split('\n', 10_000)) {
    const secret = line.length > 1200 ? undefined : kind.line.exec(line.replace(/\r$/, ''))?.[1];
    if (secret !== undefined && hits.length < 100 && !isPlaceholder(secret.replace(/^\$/, ''))) {
      const start = at + line.lastIndexOf(secret);
      hits.push({ rule: kind.rule, severity: kind.severity, secret, start, end: start + secret.length });
    }
    at += line.length + 1;
  }
  return hits;
}
