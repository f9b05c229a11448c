import type { ImageRecord, Severity, Verdict } from '../../model/index.ts';
import {
  type FindingLife,
  findingPasts,
  findingsOf,
  type ImageRow,
  listImages,
  verdictsOfIds,
} from '../../server-store/index.ts';
import type { ImageDetail, ImageFinding, ImageLayer, Mend } from '../contract/index.ts';
import { notFound } from '../http/problems.ts';
import type { Identity, Service } from '../service.ts';
import { findingShape } from './finding-shape.ts';
import { known } from './shapes.ts';

/*
 * Parts of what is told of an image, each kept under the names of all that it is made of: its record's digest, the advisory database,
 * the numbers of verdicts, which never change. An image that is judged again with the same words has nothing made anew.
 */

export const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];

/** An image as a list has it. @throws CodedError `not-found` for one that is not kept, or that is not for whoever asks. */
export async function imageRow({ store }: Service, identity: Identity, image: string): Promise<ImageRow> {
  const { items } = await listImages(store, { reach: identity.reach, sort: '-kept', image, limit: 1 });
  if (items[0] === undefined) throw noImage(image);
  return items[0];
}

export function noImage(digest: string): Error {
  return notFound(`image ${digest}`, 'plimsoll scan IMAGE --server URL sends its record');
}

/** What the record alone tells of an image. */
export function recordPart(service: Service, { image, body, executables }: ImageRow): Promise<Partial<ImageDetail>> {
  const { findings } = service;
  return keptPart(service, ['record', image, body, findings.stamp, executables], async () => {
    const { record, isWhole } = await findings.brief({ image, body });
    if (isWhole) return partOf(record, countByLayer(record));
    return partOf(record, executables ?? (await countedExecutables(service, { image, body })));
  });
}

/** Of records that were kept before executables were counted; advisories change nothing of it. */
function countedExecutables(service: Service, of: Pick<ImageRow, 'image' | 'body'>): Promise<readonly number[]> {
  return keptPart(service, ['executables', of.image, of.body], async () =>
    countByLayer(await service.findings.whole(of)),
  );
}

/** Its findings, the gravest first, with their lives and what verdicts say of them. */
export function findingsPart(service: Service, row: ImageRow): Promise<readonly ImageFinding[]> {
  const { image, body, lives } = row;
  return keptPart(service, ['findings', image, body, service.findings.stamp, numbersOf(row), lives], async () => {
    const [{ record }, verdicts, kept, pasts] = await Promise.all([
      service.findings.brief({ image, body }),
      verdictsOfIds(service.store, numbersOf(row)),
      findingsOf(service.store, image),
      findingPasts(service.store, image),
    ]);
    const context = {
      verdicts,
      lives: new Map(kept.map((life): [string, FindingLife] => [life.finding, life])),
      pasts: Map.groupBy(pasts, ({ finding }) => finding),
    };
    return record.findings
      .map((finding) => findingShape(finding, context))
      .sort(
        (a, b) =>
          order.indexOf(a.severity) - order.indexOf(b.severity) || compare(a.name, b.name) || compare(a.id, b.id),
      );
  });
}

/** What mends it. */
export function mendsPart(service: Service, row: ImageRow): Promise<readonly Mend[]> {
  const numbers = numbersOf(row);
  return keptPart(service, ['mends', numbers], async () => mendsOf(await verdictsOfIds(service.store, numbers)));
}

function numbersOf({ verdicts }: ImageRow): readonly number[] {
  return verdicts.map(({ id }) => id);
}

/** A part under the names of all that it is made of. */
export function keptPart<T>({ answers }: Service, names: readonly unknown[], make: () => Promise<T>): Promise<T> {
  // Objects take about twice what they take as text.
  return answers.fixed(JSON.stringify(names), { make, bytesOf: (value) => 2 * JSON.stringify(value).length });
}

function partOf(record: ImageRecord, executables: readonly number[]): Partial<ImageDetail> {
  const { image, base, operatingSystem, advisories, statistics } = record;
  return {
    engine: record.engine,
    layerList: layersOf(record, executables),
    configuration: image.configuration as ImageDetail['configuration'],
    labels: { ...image.labels },
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
          }) as ImageDetail['operatingSystem'],
        }),
    ...(advisories === undefined
      ? {}
      : { advisories: { databaseDigest: advisories.databaseDigest, builtAt: advisories.builtAt } }),
  };
}

function countByLayer({ layers, executables }: ImageRecord): readonly number[] {
  return layers.map(({ index }) => executables.filter(({ place }) => place.layer === index).length);
}

function layersOf({ layers, packages, findings }: ImageRecord, executables: readonly number[]): ImageLayer[] {
  return layers.map(({ index, diffId, digest, sizeBytes, instruction, owner }, at) => {
    const own = findings.filter(({ place }) => place.layer === index);
    const gravest = own.map(({ severity }) => severity).sort((a, b) => order.indexOf(a) - order.indexOf(b))[0];
    return {
      index,
      diffId,
      sizeBytes,
      fromBase: owner === 'base',
      packages: packages.filter(({ place }) => place.layer === index).length,
      executables: executables[at] ?? 0,
      findings: own.length,
      ...(digest === undefined ? {} : { digest }),
      ...(instruction === undefined ? {} : { instruction }),
      ...(gravest === undefined ? {} : { worst: gravest }),
    };
  });
}

/** By how many violations of any scope each mend closes. */
function mendsOf(verdicts: readonly Verdict[]): Mend[] {
  const byCommand = new Map<string, { closes: Set<string>; owner: Mend['owner'] }>();
  for (const { violations } of verdicts)
    for (const { id, mend, owner } of violations) {
      if (mend === undefined) continue;
      const same = byCommand.get(mend) ?? { closes: new Set(), owner };
      same.closes.add(id);
      byCommand.set(mend, same);
    }
  return [...byCommand]
    .map(([command, { closes, owner }]) => ({ command, closes: closes.size, owner }))
    .sort((a, b) => b.closes - a.closes || (a.command < b.command ? -1 : 1));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
