import { CodedError } from '../../../model/index.ts';
import type { ImageSource } from '../source.ts';

/** Opens an image of a registry (distribution-spec 1.1). */
export const registrySource: ImageSource = {
  async open(target) {
    throw new CodedError('unsupported', `registry:${target} cannot be opened yet`);
  },
};
