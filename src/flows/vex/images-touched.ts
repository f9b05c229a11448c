import { isVexPackage, parseVex, vexTargets } from '../../policy/index.ts';
import { imagesNamed, packagesOfNames, type Store, vexChangedSince } from '../../server-store/index.ts';

/** Images whose verdict a change of VEX documents may change, by what the documents that came or went are about. */
export async function imagesTouched(
  store: Store,
  since: number,
): Promise<readonly { readonly document: string; readonly images: readonly string[] }[]> {
  const touched: { document: string; images: readonly string[] }[] = [];
  for (const { name, text, image, team } of await vexChangedSince(store, since)) {
    const targets = vexTargets(parseVex(Buffer.from(text), name).statements);
    const candidates = targets.packages.length === 0 ? [] : await packagesOfNames(store, namesIn(targets.packages));
    const packages = candidates
      .filter(({ purl }) => targets.packages.some((stated) => isVexPackage(stated, purl)))
      .map(({ id }) => id);
    touched.push({ document: name, images: await imagesNamed(store, { ...targets, packages, image, team }) });
  }
  return touched;
}

/** The last part of purls' names, by which packages are indexed whatever the ecosystem. */
function namesIn(purls: readonly string[]): readonly string[] {
  return purls.map((purl) => {
    const path = purl.replace(/[?#].*$/, '').replace(/(?<!\/)@[^/@]*$/, '');
    const last = path.slice(path.lastIndexOf('/') + 1);
    try {
      return decodeURIComponent(last);
    } catch {
      return last;
    }
  });
}
