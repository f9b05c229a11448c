import path from 'node:path';
import { readText } from '../flows/policy/index.ts';
import { loadTrustRoot } from '../flows/trust-root/index.ts';
import { visibleText } from '../report/index.ts';
import type { Trust } from '../server/contract/index.ts';
import { ask } from './ask-server.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

export interface ApplyFlags extends ServerFlags {
  readonly why: string;
  readonly basedOn?: string;
}

const largestBytes = 4 << 20;
/** The answer comes when everything that somebody vouches for was verified and judged again. */
const patienceMs = 600_000;

/** Has a server verify by a trust root, with what of Sigstore it names. */
export async function applyTrust(file: string, { why, basedOn, ...flags }: ApplyFlags, io: Io): Promise<void> {
  const { sigstoreFile } = await loadTrustRoot(file);
  const text = await readText(file, largestBytes);
  const sigstore =
    sigstoreFile === undefined
      ? undefined
      : await readText(path.resolve(path.dirname(file), sigstoreFile), largestBytes);
  const body = { text, why, ...(sigstore === undefined ? {} : { sigstore }) };
  const headers = basedOn === undefined ? {} : { headers: { 'if-match': `"${basedOn}"` } };
  const written = await withServer(flags, io, (server) => ask(server, 'putTrust', { body, ...headers, patienceMs }));
  io.stdout.write(`trust root ${visibleText(written.name)} is in force, version ${written.version}\n`);
}

/** Says whom a server trusts. */
export async function listTrust(flags: ServerFlags & { readonly format: 'table' | 'json' }, io: Io): Promise<void> {
  const trust = await withServer(flags, io, (server) => ask(server, 'getTrust'));
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(trust, undefined, 2)}\n`);
  const { name, digest, version, sigstore, signers, writtenBy, writtenAt } = trust;
  const lines = [
    `trust root ${name}, ${digest.slice(0, 19)}, version ${version} of ${writtenAt.slice(0, 10)} by ${writtenBy}`,
    `  sigstore ${sigstore ? 'log-ins and time stamps count' : 'none: log-ins and time stamps do not count'}`,
    ...signers.flatMap(linesOf),
  ];
  io.stdout.write(`${lines.map(visibleText).join('\n')}\n`);
}

function linesOf({ kind, name, roles, repositories, keys, identities }: Trust['signers'][number]): string[] {
  const ended = (revoked: { readonly at: string } | undefined): string =>
    revoked === undefined ? '' : `  revoked as of ${revoked.at}`;
  return [
    '',
    `${kind} ${name}${kind === 'person' ? `, ${roles.join(', ') || 'no role'}` : ''}`,
    `  for      ${repositories.join(', ')}`,
    ...keys.map(({ id, algorithm, revoked }) => `  key      ${id.slice(0, 19)}  ${algorithm}${ended(revoked)}`),
    ...identities.map(({ issuer, subject, revoked }) => `  log-in   ${subject} at ${issuer}${ended(revoked)}`),
  ];
}
