import type { ImageRecord, Verdict } from '../../model/index.ts';
import { bodiesOf, getRecord, type ImageRow, isImageReached, listImages, tagLives } from '../../server-store/index.ts';
import type { ImageDetail, ImageLayer, Mend } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import type { Identity, Service } from '../service.ts';
import { currentVerdicts } from './current-verdicts.ts';
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
      const row = (await listImages(store, { reach: identity.reach, sort: '-kept', image: params.digest, limit: 1 }))
        .items[0];
      if (row === undefined) throw noImage(params.digest);
      const record = await currentRecordOf(service, identity, params.digest);
      const verdicts = await currentVerdicts(store, params.digest);
      return detailOf(row, record, {
        verdicts: verdicts.map(({ verdict }) => verdict),
        tags: await tagLives(store, params.digest),
      });
    },
    async getRecord({ params, query, identity }) {
      const read = query.now === true ? currentRecordOf : recordOf;
      return (await read(service, identity, params.digest)) as never;
    },
    async listVerdicts({ params, identity }) {
      await reachImage(service, identity, params.digest);
      const verdicts = await currentVerdicts(store, params.digest);
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

function noImage(digest: string): Error {
  return notFound(`image ${digest}`, 'plimsoll scan IMAGE --server URL sends its record');
}

function detailOf(
  row: ImageRow,
  record: ImageRecord,
  { verdicts, tags }: { readonly verdicts: readonly Verdict[]; readonly tags: Awaited<ReturnType<typeof tagLives>> },
): ImageDetail {
  const { image, base, operatingSystem, advisories, statistics } = record;
  return {
    ...imageSummary(row),
    engine: record.engine,
    layerList: layersOf(record),
    mends: mendsOf(verdicts),
    configuration: image.configuration as ImageDetail['configuration'],
    labels: { ...image.labels },
    tags: tags.map((tag) => known(tag)),
    problemList: record.problems.map((problem) => ({ ...problem })),
    statistics: {
      visibleBytes: statistics.visibleBytes,
      hiddenBytes: statistics.hiddenBytes,
      visibleFiles: statistics.visibleFiles,
      filesSearchedForSecrets: statistics.filesSearchedForSecrets,
    },
    ...(image.created === undefined ? {} : { created: image.created }),
    ...(image.configDigest === undefined ? {} : { configDigest: image.configDigest }),
    ...(base === undefined ? {} : { baseKnown: base.known }),
    ...(operatingSystem === undefined
      ? {}
      : {
          operatingSystem: known({
            name: operatingSystem.prettyName ?? operatingSystem.id,
            version: operatingSystem.version ?? null,
            supportEnd: advisories?.supportEnd ?? null,
          }),
        }),
    ...(advisories === undefined
      ? {}
      : { advisories: { databaseDigest: advisories.databaseDigest, builtAt: advisories.builtAt } }),
  } as ImageDetail;
}

const severityOrder = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];

function layersOf({ layers, packages, executables, findings }: ImageRecord): ImageLayer[] {
  return layers.map(({ index, diffId, digest, sizeBytes, instruction, owner }) => {
    const own = findings.filter(({ place }) => place.layer === index);
    const gravest = own
      .map(({ severity }) => severity)
      .sort((a, b) => severityOrder.indexOf(a) - severityOrder.indexOf(b))[0];
    return {
      index,
      diffId,
      sizeBytes,
      fromBase: owner === 'base',
      packages: packages.filter(({ place }) => place.layer === index).length,
      executables: executables.filter(({ place }) => place.layer === index).length,
      findings: own.length,
      ...(digest === undefined ? {} : { digest }),
      ...(instruction === undefined ? {} : { instruction }),
      ...(gravest === undefined ? {} : { worst: gravest }),
    };
  });
}

/** What mends an image, by how many violations of any scope it closes. */
function mendsOf(verdicts: readonly Verdict[]): Mend[] {
  const byCommand = new Map<string, { closes: Set<string>; owner: Mend['owner'] }>();
  for (const { violations } of verdicts)
    for (const { id, mend, owner } of violations) {
      if (mend === undefined) continue;
      const known = byCommand.get(mend) ?? { closes: new Set(), owner };
      known.closes.add(id);
      byCommand.set(mend, known);
    }
  return [...byCommand]
    .map(([command, { closes, owner }]) => ({ command, closes: closes.size, owner }))
    .sort((a, b) => b.closes - a.closes || (a.command < b.command ? -1 : 1));
}
