import { baseNameOf, type Executable, type ImageRecord, type Package } from '../../model/index.ts';
import { installTimeNeeds } from './install-time.table.ts';

const systemTypes: ReadonlySet<string> = new Set(['deb', 'apk', 'rpm']);
const maxDepth = 10_000;
const mergedFolders = /^\/(?:bin|sbin|lib|lib32|lib64|libx32)\//;

/** A package that something needs, and why. */
export interface Need {
  readonly found: Package;
  readonly why: string;
}

/** The packages of a base's package manager, and who needs whom: by declared needs and by the libraries that programs link. */
export class PackageGraph {
  readonly packages: readonly Package[];
  readonly #byName = new Map<string, Package>();
  readonly #byId = new Map<string, Package>();
  readonly #providers = new Map<string, Package>();
  readonly #ownFiles = new Map<string, Executable[]>();
  readonly #byPath = new Map<string, Executable>();
  readonly #bySoname = new Map<string, Executable>();

  constructor(record: ImageRecord) {
    this.packages = record.packages.filter(
      ({ type, evidence, place }) => systemTypes.has(type) && evidence === 'installed' && place.deletedIn === undefined,
    );
    for (const found of this.packages) {
      this.#byName.set(found.name, found);
      this.#byId.set(found.id, found);
    }
    for (const found of this.packages)
      for (const name of found.provides ?? []) if (!this.#providers.has(name)) this.#providers.set(name, found);
    for (const executable of record.executables) this.#learn(executable);
  }

  named(name: string): Package | undefined {
    return this.#byName.get(name);
  }

  /** The file that a path means, through links. Where /bin is a link to /usr/bin, nothing lies at /bin itself. */
  fileAt(path: string): Executable | undefined {
    return this.#byPath.get(path) ?? (mergedFolders.test(path) ? this.#byPath.get(`/usr${path}`) : undefined);
  }

  /** The package that brought a file. */
  ownerOf(file: Executable | undefined): Package | undefined {
    return file?.ownedBy === undefined ? undefined : this.#byId.get(file.ownedBy);
  }

  /** The library of that name (its soname, else its file's name). */
  library(soname: string): Executable | undefined {
    return this.#bySoname.get(soname);
  }

  /** Everything that the roots need, however indirectly, each with the reason that was met first. */
  closure(roots: readonly Need[]): ReadonlyMap<Package, string> {
    const kept = new Map<Package, string>();
    const queue = [...roots];
    for (let i = 0; i < queue.length && i < maxDepth; i++) {
      const { found, why } = queue[i]!;
      if (kept.has(found)) continue;
      kept.set(found, why);
      queue.push(...this.#needsOf(found));
    }
    return kept;
  }

  /** What a package declares that it needs to run, and what its files link. */
  #needsOf(found: Package): Need[] {
    const needs: Need[] = [];
    for (const entry of found.depends ?? []) {
      const alternatives = entry.split('|');
      if (alternatives.some((name) => isInstallTime(found.name, name))) continue;
      const provider = alternatives.map((name) => this.#provider(name)).find((each) => each !== undefined);
      if (provider !== undefined && provider !== found) needs.push({ found: provider, why: `${found.name} needs it` });
    }
    for (const file of this.#ownFiles.get(found.id) ?? []) needs.push(...this.linkNeeds(file, found.name));
    return needs;
  }

  /** What the kernel and the dynamic linker need to start an ELF file. */
  linkNeeds(file: Executable, of: string): Need[] {
    if (file.elf === undefined) return [];
    const needs: Need[] = [];
    const loader = file.interpreter === undefined ? undefined : this.ownerOf(this.fileAt(file.interpreter));
    if (loader !== undefined) needs.push({ found: loader, why: `${baseNameOf(file.interpreter as never)} of ${of}` });
    for (const soname of file.elf.needed) {
      const owner = this.ownerOf(this.library(soname));
      if (owner !== undefined) needs.push({ found: owner, why: `${soname} of ${of}` });
    }
    return needs;
  }

  #provider(name: string): Package | undefined {
    const known = this.#byName.get(name) ?? this.#providers.get(name);
    if (known !== undefined) return known;
    if (name.startsWith('/')) return this.ownerOf(this.fileAt(name));
    if (name.startsWith('so:')) return this.ownerOf(this.library(name.slice(3)));
    return undefined;
  }

  #learn(executable: Executable): void {
    const { path } = executable.place;
    if (path === undefined) return;
    this.#byPath.set(path, executable);
    for (const link of executable.links) if (!this.#byPath.has(link)) this.#byPath.set(link, executable);
    if (executable.ownedBy !== undefined) {
      const own = this.#ownFiles.get(executable.ownedBy);
      if (own === undefined) this.#ownFiles.set(executable.ownedBy, [executable]);
      else own.push(executable);
    }
    if (executable.elf === undefined) return;
    for (const name of [executable.elf.soname, baseNameOf(path), ...executable.links.map(baseNameOf)])
      if (name !== undefined && name !== '' && !this.#bySoname.has(name)) this.#bySoname.set(name, executable);
  }
}

function isInstallTime(by: string, needed: string): boolean {
  return installTimeNeeds.some((each) => (each.by === undefined || each.by === by) && each.needed.test(needed));
}
