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
    // What lies in an archive or has no digest can't be written into FROM.
    const place = /^(?!archive:|layout:)[^@]+@(sha256:[0-9a-f]{64})$/.exec(newest?.reference ?? '');
    return {
      ...{ name, state },
      ...(place === null ? {} : { newestDigest: place[1]!, newestReference: newest!.reference }),
      ...(supportEnd === undefined ? {} : { supportEnd }),
    } satisfies BaseFact;
  };
}
