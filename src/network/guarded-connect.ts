import { connect, type LookupFunction, type Socket } from 'node:net';
import { checkLiteral, guardedLookup, parseAllowed } from './address-guard.ts';

/**
 * Connects to a host that somebody else named: the address that was checked is the one that is connected to.
 * @throws CodedError `address-refused`, or as connecting fails.
 */
export async function guardedConnect(
  { host, port }: { readonly host: string; readonly port: number },
  { allowed, timeoutMs }: { readonly allowed: readonly string[]; readonly timeoutMs: number },
): Promise<Socket> {
  const rule = parseAllowed(allowed);
  checkLiteral(host, rule);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup(rule) as LookupFunction });
    const timer = setTimeout(() => socket.destroy(new Error(`no connection after ${timeoutMs / 1000} s`)), timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}
