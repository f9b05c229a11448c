import { unpackFrame } from '../../formats/zstd-frame.ts';
import { CodedError, type ImageRecord } from '../../model/index.ts';
import { askedExecutables } from '../../policy/index.ts';
import { InputReader, type JudgedRecord } from '../../record/index.ts';
import { bodiesOf, judgingInput, type Store } from '../../server-store/index.ts';

const reader = new InputReader({ asked: askedExecutables });

/** A record as it was kept, or as much of it as was kept to judge by. */
export interface BriefRecord {
  readonly record: ImageRecord;
  /**
   * Not whole: what an advisory database said is left out, and most executables, licences and dependencies; all other findings,
   * layers, places and names are as they were.
   */
  readonly isWhole: boolean;
  /** Its packages once more, those in lists that other images have apart. */
  readonly shared?: JudgedRecord['shared'];
}

/**
 * The record of an image that lies in that body: a tenth of its bytes where it was judged before, else whole.
 * @throws CodedError as `Bodies.get`.
 */
export async function briefRecord(
  store: Store,
  { image, body }: { readonly image: string; readonly body: string },
): Promise<BriefRecord> {
  const input = await judgingInput(store, { image, body });
  const kept = input === undefined ? undefined : reader.read(unpackFrame(input));
  return kept === undefined
    ? { record: await wholeRecord(store, { image, body }), isWhole: true }
    : { record: kept.record, isWhole: false, shared: kept.shared };
}

/** The record that lies in a body. @throws CodedError as `Bodies.get`. */
export async function wholeRecord(
  store: Store,
  { image, body }: { readonly image: string; readonly body: string },
): Promise<ImageRecord> {
  const content = await bodiesOf(store).get(body);
  if (content === undefined)
    throw new CodedError('body-unreadable', `the record of ${image} is listed, but its body ${body} is gone`);
  return JSON.parse(content.toString()) as ImageRecord;
}
