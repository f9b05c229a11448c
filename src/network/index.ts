/**
 * How other machines are reached: through which proxy, trusting which authorities, and whether a failure may pass. Sends
 * nothing by itself, and says no proxy's password in a message.
 */
export { type Agents, type ClientCertificate, openAgents, type Route, type TrustSettings } from './agents.ts';
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
