/** A server of Plimsoll asked from the command line: with the token that `plimsoll login` keeps, through proxies, over TLS. */
export { credentialsFile, forgetToken, keepToken, knownServers, tokenFor } from './credentials.ts';
export { type CallOptions, openServer, type ServerClient } from './server-client.ts';
export { sendRecord, type ServersVerdict, verdictIn } from './send-record.ts';
