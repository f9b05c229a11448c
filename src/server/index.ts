/**
 * The server: the HTTP API of `contract/`, log-ins, scans that wait, what is told live. Requests become calls of flows and of the
 * store; it judges and scans nothing itself.
 */
export type { OidcOptions, ServerOptions, TlsOptions } from './options.ts';
export { type RunningServer, startServer } from './server.ts';
