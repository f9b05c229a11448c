import { invalidAddress } from '../../errors.ts';

/** Where in S3-like storage things lie. */
export interface S3Address {
  /** `https://s3.eu-central-1.amazonaws.com`, without a path. */
  readonly endpoint: URL;
  readonly bucket: string;
  /** Without slashes around it; empty: none. */
  readonly prefix: string;
  readonly region: string;
  /** The bucket stands in the path instead of the host. */
  readonly isPathStyle: boolean;
  /** Of the credentials file. */
  readonly profile?: string;
  /** Plain http to another machine is allowed. */
  readonly isInsecure: boolean;
}

export const s3Example = 's3://BUCKET/PREFIX?region=eu-central-1 or s3://BUCKET?endpoint=https://minio.corp:9000';

const known = new Set(['endpoint', 'region', 'path-style', 'profile', 'insecure']);
const bucketShape = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
const prefixShape = /^[\w!.*'()-]+(?:\/[\w!.*'()-]+)*$/;

/** @throws CodedError `body-place-invalid` */
export function parseS3Address(address: string): S3Address {
  const wrong = (why: string) => invalidAddress(address, why, s3Example);
  if (!URL.canParse(address)) throw wrong('it is no address');
  const url = new URL(address);
  // A secret there would come into every message.
  if (url.username !== '' || url.password !== '') throw wrong('credentials do not belong there');
  const bucket = url.host;
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  if (!bucketShape.test(bucket)) throw wrong('it names no bucket');
  if (prefix !== '' && (!prefixShape.test(prefix) || prefix.length > 200)) throw wrong('its prefix is none');
  for (const name of url.searchParams.keys()) if (!known.has(name)) throw wrong(`it has no setting ${name}`);
  const region = url.searchParams.get('region') ?? 'us-east-1';
  if (!/^[a-z0-9-]{1,40}$/.test(region)) throw wrong('its region is none');
  const given = url.searchParams.get('endpoint');
  const endpoint = endpointOf(given ?? `https://s3.${region}.amazonaws.com`);
  if (endpoint === undefined) throw wrong('its endpoint is no https or http address of a host alone');
  const profile = url.searchParams.get('profile') ?? undefined;
  const style = url.searchParams.get('path-style');
  return {
    ...{ endpoint, bucket, prefix, region },
    // Hosts named for buckets need names in DNS, which only the well-known have; a dot would break their certificate.
    isPathStyle: style === null ? given !== null || bucket.includes('.') : isTrue(style, wrong),
    isInsecure: isTrue(url.searchParams.get('insecure') ?? 'false', wrong),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** The one form of an address, with what decides where things lie. */
export function formatS3Address({
  endpoint,
  bucket,
  prefix,
  region,
  isPathStyle,
  profile,
  isInsecure,
}: S3Address): string {
  const settings = [
    `endpoint=${endpoint.origin}`,
    `region=${region}`,
    `path-style=${isPathStyle}`,
    ...(profile === undefined ? [] : [`profile=${encodeURIComponent(profile)}`]),
    ...(isInsecure ? ['insecure=true'] : []),
  ];
  return `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}?${settings.join('&')}`;
}

function endpointOf(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isBare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return isBare && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined;
}

function isTrue(text: string, wrong: (why: string) => Error): boolean {
  if (text !== 'true' && text !== 'false') throw wrong(`"${text}" is neither true nor false`);
  return text === 'true';
}
