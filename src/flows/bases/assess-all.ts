import type { Doing } from '../../bases/index.ts';
import { type Base, type BaseRelease, CodedError, type ImageRecord, referenceOf, stateOf } from '../../model/index.ts';
import { assess, scanContents } from '../scan/index.ts';
import { type AssessBaseOptions, type AssessedBase, judgeRelease } from './assess-base.ts';
import { baseNamed, type Catalogue, readCatalogue, writeBase } from './catalogue-folder.ts';

/** A release that was judged again, or why it could not be. */
export interface Reassessed {
  readonly base: Base;
  readonly release: BaseRelease;
  readonly assessed?: AssessedBase;
  /** Why it could not be judged. */
  readonly problem?: string;
}

/**
 * Judges every release that somebody stands behind again, with today's advisories: from its kept record, else from the
 * image where it was taken from or published. The catalogue is written where a verdict has changed.
 */
export async function assessAll(folder: string, options: AssessBaseOptions): Promise<readonly Reassessed[]> {
  const { bases } = await readCatalogue(folder);
  const results: Reassessed[] = [];
  for (const { name, releases } of bases)
    for (const { digest } of releases) {
      // Read anew each time: the file was written when the release before turned.
      const catalogue = await readCatalogue(folder);
      const base = baseNamed(catalogue, name);
      const release = base.releases.find((each) => each.digest === digest);
      if (release === undefined || release.endorsement === undefined || stateOf(base, release) === 'retired') continue;
      results.push(await reassess(catalogue, base, release, options));
    }
  return results;
}

async function reassess(
  catalogue: Catalogue,
  base: Base,
  release: BaseRelease,
  options: AssessBaseOptions,
): Promise<Reassessed> {
  try {
    const record = await releaseRecord(release, options);
    const doing: Doing = { by: options.by, at: options.now.toISOString() };
    const assessed = await judgeRelease(catalogue, { base, record, options, doing });
    if (isNews(release, assessed)) await writeBase(catalogue, assessed.base);
    return { base: assessed.base, release: assessed.release, assessed };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { base, release, problem: error.message };
  }
}

function isNews({ verdict: before }: BaseRelease, { release: { verdict } }: AssessedBase): boolean {
  return (
    before?.result !== verdict?.result ||
    before?.policyDigest !== verdict?.policyDigest ||
    before?.scope !== verdict?.scope
  );
}

/** The release's record: kept, or read anew. What now lies under its name may be another image: that one is not meant. */
export async function releaseRecord(release: BaseRelease, options: AssessBaseOptions): Promise<ImageRecord> {
  const kept = options.records?.get(release.digest)?.record;
  const { bases: _, ...alone } = options;
  if (kept !== undefined) {
    // Looked up anew: the findings of the day on which it was kept are not today's.
    const { advisories: __, ...record } = {
      ...kept,
      findings: kept.findings.filter(({ kind }) => kind !== 'vulnerability'),
      problems: kept.problems.filter(({ source }) => source !== 'advisories'),
    };
    return assess({ record: () => Promise.resolve(record), references: [] }, alone);
  }
  let lastError: CodedError | undefined;
  for (const input of new Set([release.reference, referenceOf(release)])) {
    try {
      const record = await assess(await scanContents(input, alone), alone);
      if (record.image.digest === release.digest || release.aliases.includes(record.image.digest))
        return { ...record, image: { ...record.image, digest: release.digest } };
      lastError = new CodedError('release-moved', `${input} is another image now: ${record.image.digest}`);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      lastError = error;
    }
  }
  throw lastError!;
}
