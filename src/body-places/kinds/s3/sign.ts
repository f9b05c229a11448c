import { createHash, createHmac } from 'node:crypto';
import type { S3Credentials } from './credentials.ts';

/** A request to sign: everything that is sent but what signing adds. */
export interface UnsignedRequest {
  readonly method: string;
  /** Its path is encoded as `s3Path` does. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/**
 * The headers of a request, signed (AWS Signature Version 4, "Signature Calculations for the Authorization Header: Transferring
 * Payload in a Single Chunk"): the one way to log in that everything knows that speaks S3.
 */
export function signedHeaders(
  { method, url, headers, body }: UnsignedRequest,
  { credentials, region, now }: { readonly credentials: S3Credentials; readonly region: string; readonly now: Date },
): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const content = sha256(body ?? '');
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    'x-amz-content-sha256': content,
    'x-amz-date': time,
  };
  if (credentials.sessionToken !== undefined) all['x-amz-security-token'] = credentials.sessionToken;
  const names = Object.keys(all).sort();
  const signed = names.join(';');
  const canonical = [
    method,
    url.pathname,
    queryOf(url),
    ...names.map((name) => `${name}:${all[name]!.trim()}`),
    '',
    signed,
    content,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  all['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope},SignedHeaders=${signed},Signature=${signature}`;
  delete all['host'];
  return all;
}

/** A path as S3 signs it: all but unreserved characters and slashes percent-encoded (RFC 3986 § 2.3). */
export function s3Path(path: string): string {
  return encodeURIComponent(path)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function queryOf(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => `${s3Path(name).replaceAll('/', '%2F')}=${s3Path(value).replaceAll('/', '%2F')}`)
    .sort()
    .join('&');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
