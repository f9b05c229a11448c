import type { Cataloger } from './cataloger.ts';

/** Which catalogers want a file for its path alone: a few hash look-ups, made for every file of an image. */
export class PathClaims {
  readonly #paths = new Map<string, Cataloger[]>();
  readonly #directories = new Map<string, Cataloger[]>();
  readonly #baseNames = new Map<string, { cataloger: Cataloger; directorySuffix: string }[]>();
  /** By what follows the last dot, lower case. */
  readonly #extensions = new Map<string, { cataloger: Cataloger; suffix: string }[]>();
  readonly #found: Cataloger[] = [];

  constructor(catalogers: readonly Cataloger[]) {
    for (const cataloger of catalogers) {
      for (const claim of cataloger.claims) {
        if ('path' in claim) add(this.#paths, claim.path, cataloger);
        else if ('inDirectory' in claim) add(this.#directories, claim.inDirectory, cataloger);
        else if ('baseName' in claim)
          add(this.#baseNames, claim.baseName, { cataloger, directorySuffix: claim.directorySuffix ?? '' });
        else if ('suffix' in claim)
          add(this.#extensions, extensionOf(claim.suffix), { cataloger, suffix: claim.suffix.toLowerCase() });
      }
    }
  }

  /** The catalogers that claim the path, each once, in no order that matters. The array is used again. */
  of(path: string): readonly Cataloger[] {
    const found = this.#found;
    found.length = 0;
    const slash = path.lastIndexOf('/');
    const base = path.slice(slash + 1);
    for (const cataloger of this.#paths.get(path) ?? []) this.#add(cataloger);
    const named = this.#baseNames.get(base);
    const listed = this.#directories.get(path.slice(0, slash));
    const extended = this.#extensions.get(extensionOf(base));
    if (named !== undefined)
      for (const { cataloger, directorySuffix } of named)
        if (path.slice(0, slash).endsWith(directorySuffix)) this.#add(cataloger);
    if (listed !== undefined) for (const cataloger of listed) this.#add(cataloger);
    if (extended !== undefined) {
      const lower = path.toLowerCase();
      for (const { cataloger, suffix } of extended) if (lower.endsWith(suffix)) this.#add(cataloger);
    }
    return found;
  }

  #add(cataloger: Cataloger): void {
    if (!this.#found.includes(cataloger)) this.#found.push(cataloger);
  }
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function extensionOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return extension.length > 16 ? '' : extension.toLowerCase();
}
