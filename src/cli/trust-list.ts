import { visibleText } from '../report/index.ts';
import type { Builder, Person, Term, TrustRoot } from '../trust/index.ts';

/** A trust root for people or programs. */
export function trustRootLines(
  root: TrustRoot,
  { format, now, columns }: { readonly format: 'table' | 'json'; readonly now: Date; readonly columns: number },
): string {
  if (format === 'json') return `${JSON.stringify(plain(root), undefined, 2)}\n`;
  const lines = [`trust root ${root.name}, ${root.digest.slice(0, 19)}`];
  const list = (words: readonly string[], none: string): string => (words.length === 0 ? none : words.join(', '));
  const isOpen = root.endorsers.length === 0;
  lines.push(
    `  sources  ${list(root.sources, 'any')}`,
    `  bases    ${list(root.bases, isOpen ? 'any' : 'those that are endorsed')}`,
    ...(isOpen ? [] : [`  endorsed by people who are ${root.endorsers.join(' or ')}`]),
  );
  lines.push(
    `  verdict  at most ${root.verdict.maxAgeDays} days old, by ${list(root.verdict.policies, 'any policy')}`,
    `  sigstore ${root.sigstoreFile ?? 'none: log-ins and time stamps do not count'}`,
  );
  for (const builder of root.builders) lines.push('', `builder ${builder.name}`, ...signerLines(builder, now));
  for (const person of root.people)
    lines.push('', `person ${person.name}, ${list(person.roles, 'no role')}`, ...signerLines(person, now));
  if (root.builders.length + root.people.length === 0) lines.push('', 'nobody is enrolled: plimsoll trust enrol');
  return `${lines.map((line) => cut(visibleText(line), columns)).join('\n')}\n`;
}

function signerLines({ repositories, keys, identities }: Builder | Person, now: Date): string[] {
  return [
    `  for      ${repositories.join(', ')}`,
    ...keys.map(({ key, ...term }) => `  key      ${key.id.slice(0, 19)}  ${key.algorithm}  ${standing(term, now)}`),
    ...identities.map(({ issuer, subject, ...term }) => `  log-in   ${subject} at ${issuer}  ${standing(term, now)}`),
  ];
}

function standing({ from, until, revoked }: Term, now: Date): string {
  if (revoked !== undefined)
    return `revoked as of ${revoked.at}${revoked.reason === undefined ? '' : `: ${revoked.reason}`}`;
  if (from !== undefined && Date.parse(from) > now.getTime()) return `counts from ${from}`;
  if (until === undefined) return 'counts';
  return Date.parse(until) < now.getTime() ? `ended ${until}` : `counts until ${until}`;
}

function plain(root: TrustRoot): object {
  const signer = <T extends Builder | Person>(entry: T): object => ({
    ...entry,
    keys: entry.keys.map(({ key, ...term }) => ({ id: key.id, algorithm: key.algorithm, ...term })),
  });
  const { sigstore: _, ...rest } = root;
  return { ...rest, builders: root.builders.map(signer), people: root.people.map(signer) };
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(20, columns - 1))}…`;
}
