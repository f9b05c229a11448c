import type { ImageRecord } from '../../model/index.ts';
import {
  bodiesOf,
  currentVerdicts,
  getRecord,
  isImageReached,
  listImages,
  tagLives,
} from '../../server-store/index.ts';
import type { ImageDetail } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import type { Identity, Service } from '../service.ts';
import { imageRow, mendsPart, noImage, recordPart } from './image-parts.ts';
import { imageSummary, known, pageWith } from './shapes.ts';

type Names = 'listImages' | 'getImage' | 'getRecord' | 'listVerdicts';

export function imageHandlers(service: Service): Pick<Handlers, Names> {
  const { store } = service;
  return {
    async listImages({ query, identity }) {
      const { cursor, ...filter } = query;
      const page = await listImages(store, {
        ...filter,
        reach: identity.reach,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      return pageWith(page, (row) => imageSummary(row));
    },
    async getImage({ params, identity }) {
      const [row, tags] = await Promise.all([
        imageRow(service, identity, params.digest),
        tagLives(store, params.digest),
      ]);
      const [record, mends] = await Promise.all([recordPart(service, row), mendsPart(service, row)]);
      return { ...imageSummary(row), ...record, mends: [...mends], tags: tags.map((tag) => known(tag)) } as ImageDetail;
    },
    async getRecord({ params, query, identity }) {
      const read = query.now === true ? currentRecordOf : recordOf;
      return (await read(service, identity, params.digest)) as never;
    },
    async listVerdicts({ params, identity }) {
      const [verdicts] = await Promise.all([
        currentVerdicts(store, params.digest),
        reachImage(service, identity, params.digest),
      ]);
      return {
        items: verdicts.map(({ since, judgedAt, verdict }) => ({ since, judgedAt, verdict: verdict as never })),
      };
    },
  };
}

/** @throws CodedError `not-found` for an image that is not kept, or that is not for whoever asks. */
export async function reachImage({ store }: Service, identity: Identity, image: string): Promise<void> {
  if (!(await isImageReached(store, image, identity.reach))) throw noImage(image);
}

/** A record with the findings of now. */
export async function currentRecordOf(service: Service, identity: Identity, image: string): Promise<ImageRecord> {
  return service.findings.of(await recordOf(service, identity, image));
}

export async function recordOf(service: Service, identity: Identity, image: string): Promise<ImageRecord> {
  await reachImage(service, identity, image);
  const record = await getRecord(service.store, bodiesOf(service.store), image);
  if (record === undefined) throw noImage(image);
  return record;
}
