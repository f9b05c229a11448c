import type { Cataloger } from './cataloger.ts';

/** Which catalogers want a file for its path alone: a few hash look-ups, made for every file of an image. */
export class PathClaims {
  readonly #paths = new Map<string, Cataloger[]>();
  readonly #directories = new Map<string, Cataloger[]>();
  readonly #baseNames = new Map<string, { cataloger: Cataloger; directorySuffix: string }[]>();
  /** By what follows the last dot, lower case. */
  readonly #extensions = new Map<string, { cataloger: Cataloger; suffix: string }[]>();
  readonly #found: Cataloger[] = [];
  // Lengths that a claim has: most names are ruled out by them, without making text of a part of the path.
  readonly #pathLengths = new Uint8Array(256);
  readonly #directoryLengths = new Uint8Array(256);
  readonly #baseNameLengths = new Uint8Array(256);

  constructor(catalogers: readonly Cataloger[]) {
    for (const cataloger of catalogers) {
      for (const claim of cataloger.claims) {
        if ('path' in claim) {
          add(this.#paths, claim.path, cataloger);
          this.#pathLengths[claim.path.length & 255] = 1;
        } else if ('inDirectory' in claim) {
          add(this.#directories, claim.inDirectory, cataloger);
          this.#directoryLengths[claim.inDirectory.length & 255] = 1;
        } else if ('baseName' in claim) {
          add(this.#baseNames, claim.baseName, { cataloger, directorySuffix: claim.directorySuffix ?? '' });
          this.#baseNameLengths[claim.baseName.length & 255] = 1;
        } else if ('suffix' in claim)
          add(this.#extensions, extensionOf(claim.suffix), { cataloger, suffix: claim.suffix.toLowerCase() });
      }
    }
  }

  /** The catalogers that claim the path, each once, in no order that matters. The array is used again. */
  of(path: string): readonly Cataloger[] {
    const found = this.#found;
    found.length = 0;
    const slash = path.lastIndexOf('/');
    const baseLength = path.length - slash - 1;
    if (this.#pathLengths[path.length & 255] === 1)
      for (const cataloger of this.#paths.get(path) ?? []) this.#add(cataloger);
    if (this.#baseNameLengths[baseLength & 255] === 1)
      for (const { cataloger, directorySuffix } of this.#baseNames.get(path.slice(slash + 1)) ?? [])
        if (directorySuffix === '' || path.slice(0, slash).endsWith(directorySuffix)) this.#add(cataloger);
    if (this.#directoryLengths[slash & 255] === 1)
      for (const cataloger of this.#directories.get(path.slice(0, slash)) ?? []) this.#add(cataloger);
    const extended = this.#extensions.get(extensionOf(path, slash + 1));
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

/** What follows the last dot of the name that begins there, lower case; all of a name without one. */
function extensionOf(path: string, nameAt = 0): string {
  const from = Math.max(path.lastIndexOf('.') + 1, nameAt);
  return path.length - from > 16 ? '' : path.slice(from).toLowerCase();
}
