import { currentVerdict, type KeptVerdict, listImages, type Store } from '../../server-store/index.ts';

/** The verdicts of an image that hold, whole, the default scope first. */
export async function currentVerdicts(store: Store, image: string): Promise<readonly KeptVerdict[]> {
  const row = (await listImages(store, { reach: undefined, sort: '-kept', image, limit: 1 })).items[0];
  const kept: KeptVerdict[] = [];
  for (const { scope } of row?.verdicts ?? []) {
    const verdict = await currentVerdict(store, image, scope);
    if (verdict !== undefined) kept.push(verdict);
  }
  return kept;
}
