import { CodedError } from '../model/index.ts';
import { detectSource } from './detect.ts';
import type { OpenedImage } from './image.ts';
import { parsePlatform } from './oci/index.ts';
import { imageSources } from './sources/list.ts';
import type { OpenImageOptions, SourceOptions } from './sources/source.ts';

/**
 * Finds an image by prefix (`registry:`, `docker:`, `archive:`, `layout:`) or by looking: a folder, a file, else the
 * engine if its socket answers and it has the image, else the registry.
 * @throws CodedError; `usage` kind for inputs that are no image (`dir:` and `sbom:` have their own ways).
 */
export async function openImage(input: string, options: OpenImageOptions): Promise<OpenedImage> {
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  const sourceOptions: SourceOptions = { ...options, platform };
  const detected = detectSource(input);
  if (detected.kind !== 'image')
    throw new CodedError(
      'not-an-image',
      `${input} is ${detected.kind === 'dir' ? 'a folder without an OCI layout' : 'an SBOM'}, not an image`,
      { kind: 'usage' },
    );
  if (detected.source !== 'engine-or-registry')
    return (await imageSources[detected.source]()).open(detected.target, sourceOptions);
  return openFromEngineOrRegistry(detected.target, sourceOptions);
}

async function openFromEngineOrRegistry(target: string, options: SourceOptions): Promise<OpenedImage> {
  const { openIfThere } = await import('./sources/docker/index.ts');
  const local = await openIfThere(target, options);
  if (local !== undefined) return local;
  return (await imageSources.registry()).open(target, options);
}
