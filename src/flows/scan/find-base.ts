import { type OpenedImage, parseReference } from '../../image/index.ts';
import { type Base, CodedError, parseDigest } from '../../model/index.ts';
import type { lineageOf } from '../../record/index.ts';
import type { BaseImage } from './image-contents.ts';

const nameAnnotation = 'org.opencontainers.image.base.name';
const digestAnnotation = 'org.opencontainers.image.base.digest';

/**
 * The base that an image stands on: the one that the user names, else that of the catalogue whose layers it has, else the
 * one that the image's annotations or labels name (OCI image-spec, annotations.md). An annotation is followed only where that asks nobody new: an image from a
 * registry whose base lies in the same registry. Otherwise its name is kept and its layers stay unknown.
 */
export async function baseOfImage(
  image: OpenedImage,
  options: { base?: string; bases?: readonly Base[]; offline: boolean },
  open: (reference: string) => Promise<OpenedImage>,
): Promise<BaseImage | undefined> {
  if (options.base !== undefined) return fromImage(await open(options.base), options.base, 'layers');
  const labels = image.config.config.Labels ?? {};
  const name = image.annotations[nameAnnotation] ?? labels[nameAnnotation];
  const digest = parseDigest(image.annotations[digestAnnotation] ?? labels[digestAnnotation]);
  // Loaded only where there is a catalogue to look in: most scans have none, and starting is most of a warm one.
  const { bases = [] } = options;
  const lineage =
    bases.length === 0
      ? undefined
      : (await import('../../record/index.ts')).lineageOf({ diffIds: image.config.diffIds }, bases);
  if (lineage?.known === 'layers') return fromLineage(lineage);
  if (name === undefined && digest === undefined) return lineage === undefined ? undefined : fromLineage(lineage);
  const named: BaseImage = {
    known: 'annotation',
    diffIds: [],
    ...(name === undefined ? {} : { name }),
    ...(digest === undefined ? {} : { digest }),
  };
  if (options.offline || name === undefined || image.sourceKind !== 'registry' || !isBesides(image, name)) return named;
  try {
    const pinned = digest === undefined ? name : `${name.replace(/@.*$/, '').replace(/:[^/:]*$/, '')}@${digest}`;
    return await fromImage(await open(`registry:${pinned}`), name, 'annotation');
  } catch (error) {
    // The base may have been deleted or be out of reach; the image can be judged without it.
    if (error instanceof CodedError) return named;
    throw error;
  }
}

function fromLineage({ known, name, digest, diffIds }: NonNullable<ReturnType<typeof lineageOf>>): BaseImage {
  return { known, diffIds, ...(name === undefined ? {} : { name }), ...(digest === undefined ? {} : { digest }) };
}

async function fromImage(base: OpenedImage, name: string, known: BaseImage['known']): Promise<BaseImage> {
  const digest = base.manifestDigest ?? base.configDigest;
  await base.close();
  return { known, name, digest, diffIds: base.config.diffIds };
}

/** Whether the base lies in the registry that the image came from. */
function isBesides(image: OpenedImage, base: string): boolean {
  try {
    const { registry } = parseReference(base);
    return image.references.some((reference) => parseReference(reference).registry === registry);
  } catch {
    // An annotation may hold any text.
    return false;
  }
}
