import type { BaseFact, LintFacts } from '../../dockerfile/index.ts';

/** What a catalogue of bases says of images in FROM: the state of each, and the newest build that is endorsed. */
export async function basesFact(folder: string): Promise<NonNullable<LintFacts['base']>> {
  const { baseFinder } = await import('../../bases/index.ts');
  const { readCatalogue } = await import('../bases/index.ts');
  const find = baseFinder((await readCatalogue(folder)).bases);
  return (reference) => {
    const found = find(reference);
    if (found === undefined) return undefined;
    const { name, state, supportEnd, newest } = found;
    return {
      ...{ name, state },
      ...(newest === undefined ? {} : { newestDigest: newest.digest }),
      ...(supportEnd === undefined ? {} : { supportEnd }),
    } satisfies BaseFact;
  };
}
