import type { BodyPlace, PlaceKind, PlaceSettings } from '../../body-place.ts';
import { formatS3Address, parseS3Address, s3Example } from './address.ts';
import { S3Client } from './client.ts';

/** S3-like storage: one object for each body, named by the owner and the digest. */
export const s3Place: PlaceKind = {
  scheme: 's3',
  example: s3Example,
  normalize: (address) => formatS3Address(parseS3Address(address)),
  open: openS3,
};

function openS3(given: string, settings: PlaceSettings): BodyPlace {
  const parsed = parseS3Address(given);
  const address = formatS3Address(parsed);
  const client = new S3Client(parsed, { ...settings, label: address });
  return {
    address,
    plan({ digest, stored, owner }) {
      const key = `${owner}/${digest.replace(':', '/')}.zst`;
      return Promise.resolve({ locator: key, write: () => client.put(key, stored) });
    },
    get: (key, limitBytes) => client.get(key, limitBytes),
    has: (key) => client.has(key),
    remove: (key) => client.remove(key),
    close: () => client.close(),
  };
}
