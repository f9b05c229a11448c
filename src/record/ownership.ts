import type { ImagePath, OwnershipItem, Package } from '../model/index.ts';

/** Which package of the operating system brought a file: answers for programs and for language packages' metadata. */
export class Ownership {
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  constructor(items: readonly OwnershipItem[]) {
    for (const { package: name, owned } of items) {
      for (const path of owned) {
        this.#names.set(path, name);
        // Since /bin and its like became links to /usr, databases still name files by the old path.
        if (/^\/(?:s?bin|lib(?:32|64|x32)?)\//.test(path)) this.#names.set(`/usr${path}`, name);
      }
    }
  }

  /** Makes the packages known that own files: installed ones of the system's own package manager that were not removed. */
  know(packages: readonly Package[], systemCatalogers: ReadonlySet<string>): void {
    for (const { name, id, place, evidence, cataloger } of packages)
      if (place.deletedIn === undefined && evidence === 'installed' && systemCatalogers.has(cataloger))
        this.#ids.set(name, id);
  }

  /** Name of the package that owns the file. */
  nameOf(path: ImagePath | undefined): string | undefined {
    if (path === undefined) return undefined;
    // A folder of Python's metadata is owned as such, its PKG-INFO is what a cataloger reads.
    return this.#names.get(path) ?? this.#names.get(path.replace(/\/PKG-INFO$/, ''));
  }

  /** Id of the package that owns the file, where it is in the record. */
  idOf(path: ImagePath | undefined): string | undefined {
    const name = this.nameOf(path);
    return name === undefined ? undefined : this.#ids.get(name);
  }
}
