/**
 * How other machines are reached: through which proxy, trusting which authorities, and whether a failure may pass. Sends
 * nothing by itself, and says no proxy's password in a message.
 */
import type { Socket } from 'node:net';

export {
  type AddressGuard,
  type Agents,
  type ClientCertificate,
  guardOf,
  openAgents,
  type Route,
  type TrustSettings,
} from './agents.ts';
export {
  type FailureKind,
  failureKind,
  failureWords,
  isUnknownAuthority,
  networkMessage,
  trustHint,
} from './failures.ts';
export { isLoopback } from './loopback.ts';
export { proxyFor, proxyName } from './proxy.ts';

/** Whether a host may be asked for somebody else. The code is loaded when it is first asked. @throws CodedError `address-refused` */
export async function checkTarget(host: string, allowed: readonly string[]): Promise<void> {
  await (await import('./address-guard.ts')).checkTarget(host, allowed);
}

/** Connects to a host that somebody else named. The code is loaded when it is first asked. @throws CodedError `address-refused` */
export async function guardedConnect(
  target: { readonly host: string; readonly port: number },
  options: { readonly allowed: readonly string[]; readonly timeoutMs: number },
): Promise<Socket> {
  return (await import('./guarded-connect.ts')).guardedConnect(target, options);
}
