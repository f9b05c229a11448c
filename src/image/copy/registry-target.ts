import { CodedError } from '../../model/index.ts';
import type { ImageReference } from '../reference.ts';
import { openRepository } from '../sources/registry/repository.ts';
import type { SourceOptions } from '../sources/source.ts';
import type { ImageTarget } from './image-target.ts';

/**
 * A repository of a registry as a place to copy to (distribution-spec 1.1 § Push).
 * @throws CodedError `offline`, `registry-denied`, `registry-unreachable`, `bad-registry-answer`.
 */
export function registryTarget(
  reference: Pick<ImageReference, 'registry' | 'repository'>,
  options: SourceOptions,
): ImageTarget {
  const repository = openRepository(reference, options);
  const { label } = repository;
  if (options.offline === true)
    throw new CodedError('offline', `${label} lies in a registry, and --offline forbids the network`);
  return {
    label,
    hasBlob: (digest) => repository.hasBlob(digest),
    putBlob: (blob) => repository.pushLargeBlob(blob),
    putManifest: async ({ bytes, mediaType }, tag) => void (await repository.pushManifest(bytes, mediaType, tag)),
    attach: (artifact) => repository.attach(artifact),
    close: () => repository.close(),
  };
}
