import { type Digest, parseDigest } from '../../model/index.ts';
import {
  arrayField,
  countField,
  type JsonObject,
  objectField,
  objectOf,
  textField,
  textMapField,
  wrong,
} from './fields.ts';
import type { JsonKind } from './json.ts';
import { type Platform, platformOf } from './platform.ts';
import { displayText } from './text.ts';

/** A pointer to content (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly artifactType?: string;
}

export const annotationLimit = 4096;

/** @throws CodedError where members are missing or of the wrong kind. */
export function parseDescriptor(value: unknown, name: string, kind: JsonKind): Descriptor {
  const object = objectOf(value, name, kind);
  const text = textField(object, 'digest', kind);
  const digest = parseDigest(text);
  if (digest === undefined)
    throw wrong(kind, `the digest of ${name} ${text === undefined ? 'is missing' : `is none: "${displayText(text)}"`}`);
  const sizeBytes = countField(object, 'size', kind);
  if (sizeBytes === undefined) throw wrong(kind, `the size of ${name} is missing`);
  const platform = objectField(object, 'platform', kind);
  return {
    mediaType: textField(object, 'mediaType', kind) ?? '',
    digest,
    sizeBytes,
    annotations: textMapField(object, 'annotations', annotationLimit, kind) ?? {},
    platform: platform === undefined ? undefined : platformOf(platform, kind),
    artifactType: textField(object, 'artifactType', kind),
  };
}

export function descriptorsField(
  object: JsonObject,
  key: string,
  limit: number,
  kind: JsonKind,
): readonly Descriptor[] | undefined {
  return arrayField(object, key, limit, kind)?.map((value, index) =>
    parseDescriptor(value, `"${key}" entry ${index + 1}`, kind),
  );
}
