import { recordFromStub } from '../../src/policy/index.ts';
import type { ImageRecord } from '../../src/model/index.ts';

/** As much of a record as a test cares for. */
export type RecordStub = { readonly [Member in keyof ImageRecord]?: unknown };

/** The day on which made records were made. */
export const madeOn = new Date('2026-01-01T00:00:00Z');

/** A record with the given members; the rest is an image without fault. Null takes a member away. */
export function makeRecord(stub: RecordStub = {}, now = madeOn): ImageRecord {
  return recordFromStub(stub, now);
}
