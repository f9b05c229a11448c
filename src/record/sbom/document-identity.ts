import { hash } from 'node:crypto';
import type { ImageRecord } from '../../model/index.ts';

/** What of the tool and image every SBOM format writes, made without clock or chance. */
export interface DocumentIdentity {
  readonly uuid: string;
  readonly tool: { readonly name: string; readonly version?: string };
  /** RFC 3339 in whole seconds, UTC: when the image was made; absent where it does not say. */
  readonly created?: string;
}

/** The identity of a record's SBOM in one format: the same for the same image digest. */
export function documentIdentity(record: ImageRecord, format: string): DocumentIdentity {
  const [name = 'plimsoll', version] = record.engine.split(' ');
  const created = secondsText(record.image.created);
  return {
    uuid: uuidOf(`${format}\0${record.image.digest}`),
    tool: { name, ...(version === undefined ? {} : { version }) },
    ...(created === undefined ? {} : { created }),
  };
}

/** A version 8 UUID (RFC 9562 § 5.8) from a text. */
function uuidOf(text: string): string {
  const hex = hash('sha256', text, 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A time of day or day as RFC 3339 in whole seconds; undefined where it is neither. */
export function secondsText(time: string | undefined): string | undefined {
  const ms = time === undefined || !/^\d{4}-\d\d-\d\d/.test(time) ? NaN : Date.parse(time);
  return Number.isNaN(ms) ? undefined : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
