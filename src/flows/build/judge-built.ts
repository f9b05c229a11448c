import type { BuildParameters } from '../../build/index.ts';
import { fullName, parseReference } from '../../image/index.ts';
import type { ImageRecord, Verdict } from '../../model/index.ts';
import { readCatalogue, recordOnBases } from '../bases/index.ts';
import { assess, judgeRecord, scanContents } from '../scan/index.ts';
import type { BuildOptions } from './build-options.ts';
import type { MadeImage } from './make-image.ts';
import type { PinnedImage } from './resolve-images.ts';

interface Built {
  readonly made: MadeImage;
  readonly base: PinnedImage | undefined;
  readonly parameters: BuildParameters;
}

/** Scans what was built and judges it as an image of its first reference. */
export async function judgeBuilt(
  { made, base, parameters }: Built,
  options: BuildOptions,
): Promise<{ readonly record: ImageRecord; readonly verdict: Verdict; readonly complaints: readonly string[] }> {
  const { scan, database, judge } = options;
  const scanned = await scanContents(`layout:${made.layout}`, {
    ...scan,
    ...(base === undefined
      ? {}
      : {
          baseImage: {
            known: 'layers',
            name:
              base.digestOf === 'config'
                ? base.reference
                : fullName({ ...parseReference(base.reference), digest: undefined }),
            digest: base.digest,
            diffIds: base.diffIds,
          },
        }),
  });
  const assessed = await assess(scanned, {
    ...scan,
    databasePath: database.path,
    databaseIsAsked: database.isAsked,
  });
  const catalogue = options.basesFolder === undefined ? undefined : await readCatalogue(options.basesFolder);
  const record = catalogue === undefined ? assessed : recordOnBases(assessed, catalogue);
  const [reference] = parameters.references;
  const { verdict, complaints } = await judgeRecord(record, {
    ...judge,
    now: scan.now,
    ...(reference === undefined ? {} : { reference }),
  });
  return { record, verdict, complaints };
}
