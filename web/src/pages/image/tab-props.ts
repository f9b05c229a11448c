import type { ImageDetail } from '../../api/contract.ts';

/** What a part of the image's page shows. */
export interface TabProps {
  readonly image: ImageDetail;
}
