import { type Doing, withPublished } from '../../bases/index.ts';
import { copyImage, openTarget } from '../../image/copy/index.ts';
import { openImage } from '../../image/index.ts';
import { type Base, type BaseRelease, CodedError, type PublishedRelease } from '../../model/index.ts';
import type { AssessBaseOptions } from './assess-base.ts';
import { type Catalogue, writeBase } from './catalogue-folder.ts';

/**
 * Copies an endorsed release to where the organisation takes its bases from, under the tag of the reference and the base's
 * channels. What lies under the release's reference must still be that release.
 */
export async function publishRelease(
  catalogue: Catalogue,
  { base, release, to }: { readonly base: Base; readonly release: BaseRelease; readonly to: string },
  options: AssessBaseOptions,
): Promise<{ readonly base: Base; readonly published: PublishedRelease }> {
  const { platform, insecureHttp, signal, cacheDirectory, env, offline } = options;
  const opening = {
    insecureHttp,
    signal,
    cacheDirectory,
    env,
    offline,
    ...(platform === undefined ? {} : { platform }),
  };
  const image = await openImage(release.reference, opening);
  const known = [release.digest, ...release.aliases];
  try {
    const found = image.manifestDigest ?? image.configDigest;
    if (!known.includes(found))
      throw new CodedError(
        'release-moved',
        `${release.reference} is another image now: ${found}, not ${release.digest}`,
        {
          hint: `plimsoll base assess ${base.name} takes it in as a new release`,
        },
      );
    const { target, tag, referenceOf } = await openTarget(to, opening);
    try {
      const tags = [...new Set([tag, ...base.channels])];
      const digest = await copyImage(image, target, { tags, cacheDirectory, signal });
      const at = options.now.toISOString();
      const published: PublishedRelease = { reference: referenceOf(tag), digest, at };
      const doing: Doing = { by: options.by, at };
      const changed = withPublished(base, release.digest, published, doing);
      await writeBase(catalogue, changed);
      return { base: changed, published };
    } finally {
      target.close();
    }
  } finally {
    await image.close();
  }
}
