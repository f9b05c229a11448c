import { CodedError } from '../../model/index.ts';
import { parsePlatform } from '../oci/index.ts';
import { parseReference } from '../reference.ts';
import type { OpenImageOptions } from '../sources/source.ts';
import type { ImageTarget } from './image-target.ts';

/** Where a copy goes, and under which tag. */
export interface OpenedTarget {
  readonly target: ImageTarget;
  readonly tag: string;
  /** The target with a tag, as an image's reference: `layout:DIR#TAG`, `registry/repository:tag`. */
  referenceOf(tag: string): string;
}

/** Opens `layout:FOLDER[#TAG]`, else a registry's `REGISTRY/REPOSITORY[:TAG]`. Throws `bad-reference` for a digest. */
export async function openTarget(text: string, options: OpenImageOptions): Promise<OpenedTarget> {
  if (text.startsWith('layout:')) {
    const { layoutTarget } = await import('./layout-target.ts');
    const [folder = '', tag = 'latest'] = text.slice('layout:'.length).split('#', 2);
    return { target: layoutTarget(folder), tag, referenceOf: (each) => `layout:${folder}#${each}` };
  }
  const reference = parseReference(text.replace(/^registry:/, ''));
  if (reference.digest !== undefined)
    throw new CodedError('bad-reference', `${text} names a digest; what is published gets a tag`, { kind: 'usage' });
  const { registryTarget } = await import('./registry-target.ts');
  const { registry, repository, tag = 'latest' } = reference;
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  return {
    target: registryTarget(reference, { ...options, platform }),
    tag,
    referenceOf: (each) => `${registry}/${repository}:${each}`,
  };
}
