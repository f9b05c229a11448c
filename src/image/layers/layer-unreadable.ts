import { CodedError } from '../../model/index.ts';

/** The error for stored bytes that do not unpack: `packing` is what they should have been. */
export function layerUnreadable(packing: string, why: string): CodedError {
  return new CodedError('layer-unreadable', `the layer is not a whole ${packing} stream: ${why}`, {
    hint: 'pull or save the image again',
  });
}
