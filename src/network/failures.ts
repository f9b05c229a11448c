import { proxyName } from './proxy.ts';
import { TunnelRefused } from './tunnel-refused.ts';

/**
 * What a failed request tells: `absent` (nobody there: refused, no such host, no way there), `untrusted` (a certificate
 * is not accepted, theirs or ours), `no-http` (something else answers), `proxy-denied` (the proxy lets nobody through),
 * `passing` (worth another try).
 */
export type FailureKind = 'absent' | 'untrusted' | 'no-http' | 'proxy-denied' | 'passing';

const absent = /^(?:ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|ENOENT)$/;
const untrusted =
  /^(?:CERT_|ERR_TLS_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_SSL_\S*_ALERT_(?:CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED))/;

/** @param error what the request failed with, Node's codes on it. */
export function failureKind(error: unknown): FailureKind {
  const code = codeOf(error) ?? '';
  if (absent.test(code)) return 'absent';
  if (untrusted.test(code)) return 'untrusted';
  if (code.startsWith('HPE_')) return 'no-http';
  if (!(error instanceof TunnelRefused)) return 'passing';
  return error.status === 429 || error.status >= 500 ? 'passing' : 'proxy-denied';
}

/** Whether the authority is not known that vouches for a server's certificate: another list may have it. */
export function isUnknownAuthority(error: unknown): boolean {
  return /^(?:UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY_LEAF|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED)/.test(
    codeOf(error) ?? '',
  );
}

/** Whom to blame and why, in a line that holds no password. */
export function networkMessage(error: unknown, host: string, proxy?: URL): string {
  if (error instanceof TunnelRefused) return error.message;
  const asked = proxy === undefined ? host : `the proxy ${proxyName(proxy)}`;
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return `${asked} refuses connections (ECONNREFUSED)`;
    case 'ENOTFOUND':
      return `the name of ${asked} is not known (ENOTFOUND)`;
    default:
      return `${proxy === undefined ? host : `${host} through ${asked}`}: ${failureWords(error)}`;
  }
}

/**
 * What mends a certificate that is not accepted, by Node's or OpenSSL's code.
 * @param places where an authority is put to be trusted, and where a certificate of ours is looked for, if anywhere.
 */
export function trustHint(code: string | undefined, places: { authority: string; ours?: string }): string {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'Its certificate must be renewed, if the clock of this machine is right';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return 'Use a name that its certificate is made for, or have the certificate made anew';
  if (code?.includes('_ALERT_') === true)
    return places.ours === undefined
      ? 'It takes no certificate of ours'
      : `It may want a certificate of ours: ${places.ours}`;
  if (code === 'CERT_REVOKED' || code === 'CERT_REJECTED') return 'Its certificate must not be trusted any more';
  return `If you trust who signed its certificate, put that CA ${places.authority}`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What went wrong, without whom to blame. */
export function failureWords(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return failureWords(error.errors[0]);
  const message = error instanceof Error ? error.message : String(error);
  if (message === 'aborted' || message === 'socket hang up') return 'the connection broke off';
  const alert = / alert ([a-z ]{1,40}):/.exec(message)?.[1];
  if (alert !== undefined) return `it ends the greeting with the TLS alert "${alert}"`;
  // What Node advises its own users is not for ours.
  return message.replace(/; if the root CA is installed locally.*$/, '').trim();
}
