import { isVexPackage, parseVex, type VexStatement, vexTargets } from '../../policy/index.ts';
import { imagesNamed, packagesOfNames, type Store, vexChangedSince } from '../../server-store/index.ts';

/** Images whose verdict a change of VEX documents may change, by what the documents that came or went are about. */
export async function imagesTouched(
  store: Store,
  since: number,
): Promise<readonly { readonly document: string; readonly images: readonly string[] }[]> {
  const touched: { document: string; images: readonly string[] }[] = [];
  for (const { name, text, image, team } of await vexChangedSince(store, since)) {
    const { statements } = parseVex(Buffer.from(text), name);
    const images = await imagesSpokenOf(store, { statements, image, team });
    touched.push({ document: name, images: images.map((each) => each.image) });
  }
  return touched;
}

/** Images that statements are about: those that they name, and those that have a package that they name. By digest. */
export async function imagesSpokenOf(
  store: Store,
  document: {
    readonly statements: readonly VexStatement[];
    /** The one image, and the team, for which they count; null: all. */
    readonly image: string | null;
    readonly team: string | null;
    /** Only images of these teams; absent: of all. */
    readonly reach?: readonly string[] | undefined;
  },
): Promise<readonly { readonly image: string; readonly name: string }[]> {
  const { statements, ...whose } = document;
  const targets = vexTargets(statements);
  const candidates = targets.packages.length === 0 ? [] : await packagesOfNames(store, namesIn(targets.packages));
  const packages = candidates
    .filter(({ purl }) => targets.packages.some((stated) => isVexPackage(stated, purl)))
    .map(({ id }) => id);
  return imagesNamed(store, { ...targets, packages, ...whose });
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
