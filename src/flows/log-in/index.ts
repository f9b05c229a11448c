/** Log-ins that the server's own machine gives: who can open the store may do all that it keeps anyway. The ledger says who did. */
export { administrator } from './administrator.ts';
export { type LocalActor, makeFirstLogInLink, makeLogInLink } from './log-in-link.ts';
export { type LocalToken, makeLocalToken, revokeLocalToken } from './local-token.ts';
export { noteServerAddress, serverAddress } from './server-address.ts';
