import { hostname, userInfo } from 'node:os';
import type { LedgerActor } from '../../ledger/index.ts';

/** Who runs a command on this machine: the account, as the operating system knows it; a person where a terminal is there. */
export function localActor(
  env: Readonly<Record<string, string | undefined>>,
  hasTerminal: boolean,
): { readonly actor: LedgerActor; readonly from: string } {
  const { username, uid } = userInfo();
  // Behind sudo it is the account that asked.
  const name = env['SUDO_USER'] || username || `uid ${uid}`;
  const kind = hasTerminal && !env['CI'] ? 'human' : 'automation';
  return { actor: { kind, name, known: `local-account:${uid}` }, from: hostname() };
}
