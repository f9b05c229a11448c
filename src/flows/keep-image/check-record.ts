import { CodedError, type ImageRecord } from '../../model/index.ts';
import { readRecord } from '../../record/index.ts';

/** A record that comes from outside, where it is one. @throws CodedError `record-invalid`, with the places. */
export async function checkRecord(value: unknown): Promise<ImageRecord> {
  const read = await readRecord(value);
  if ('record' in read) return read.record;
  throw new CodedError('record-invalid', `this is not a record: ${read.faults.slice(0, 5).join('; ')}`, {
    kind: 'usage',
    hint: 'docs/formats/record.md says what one is; plimsoll scan --server makes and sends one',
  });
}
