import type { TarEntry, TarHandler } from '../../formats/tar/index.ts';
import { baseNameOf, directoryOf, type ImagePath, imagePath, isBelow, type Problem } from '../../model/index.ts';
import { FileContent } from './file-content.ts';
import { type IndexEntry, LayerIndexReader, LayerIndexWriter } from './layer-index.ts';
import { maxPathBytes, PathTable } from './path-table.ts';
import type { FileVisitor, SeenEntry } from '../../model/index.ts';

const whiteoutPrefix = '.wh.';
const opaqueMark = '.wh..wh..opq';
const metadataPrefix = '.wh..wh.';
const whiteout: IndexEntry = { type: 'whiteout', mode: 0, uid: 0, gid: 0, sizeBytes: 0 };
const opaque: IndexEntry = { ...whiteout, type: 'opaque' };

/**
 * Lays a layer's members out as the engine does when it extracts them: links among the parents of a name are followed
 * inside the layer and never out of it, a later member of the same name replaces an earlier one, whiteouts and opaque
 * marks speak of the layers below. Files pass on to the visitor as their bytes come by.
 */
export class LayerBuilder implements TarHandler {
  readonly problems: Problem[] = [];
  readonly #index = new LayerIndexWriter();
  readonly #numbers = new PathTable();
  readonly #symlinks = new Map<string, string>();
  readonly #firstNames = new Map<string, ImagePath>();
  readonly #visitor: FileVisitor;
  readonly #files: FileContent;
  readonly #seen: SeenEntry = {
    path: '/' as ImagePath,
    type: 'file',
    mode: 0,
    uid: 0,
    gid: 0,
    sizeBytes: 0,
    linkTarget: undefined,
    xattrs: undefined,
  };
  /** Subtrees replaced by something that is no directory: each costs a walk over the index. */
  #sweeps = 0;
  #suppressed = 0;
  #reading = false;
  #lastDirectory = '';
  #lastResolved: ImagePath | undefined = '/' as ImagePath;

  /** Contents too large for memory go to a nameless file in the spool directory while they are looked at. */
  constructor(visitor: FileVisitor, spoolDirectory: string) {
    this.#visitor = visitor;
    this.#files = new FileContent(visitor, spoolDirectory);
  }

  get entries(): number {
    return this.#index.count;
  }

  entry(entry: TarEntry): void {
    this.#reading = false;
    const { name } = entry;
    // Many archives say `./etc/passwd`: with the dot off it needs no work.
    const named = imagePath(name.startsWith('./') ? name.slice(1) : name);
    // No engine can make them, and following links in them would cost the square of their length.
    if (named.length >= maxPathBytes) return this.#tooLong(named);
    if (entry.linkName.length >= maxPathBytes && (entry.type === 'symlink' || entry.type === 'hardlink'))
      return this.#problem('link-too-long', `"${named}" leads to a path of ${entry.linkName.length} characters`, named);
    const path = this.#resolve(named);
    if (path === undefined)
      return this.#problem('link-loop', `"${named}" lies behind links that lead in a circle or too far`, named);
    // Engines pass over such a member or refuse it; were it taken, it would hide all else in the layer.
    if (path === '/' && entry.type !== 'directory')
      return this.#problem('replaces-root', `"${name}" would take the place of the root directory`, path);
    const base = baseNameOf(path);
    if (base.startsWith(whiteoutPrefix)) return this.#whiteout(path, base);
    if (entry.type === 'other')
      return this.#problem('unsupported-tar-member', `"${path}" is of a kind that no engine extracts`, path);
    if (entry.type === 'device' && entry.deviceMajor === 0 && entry.deviceMinor === 0) this.#take(path, whiteout);
    else this.#member(path, entry);
  }

  data(bytes: Buffer): void {
    if (this.#reading) this.#files.data(bytes);
  }

  entryEnd(): void {
    if (this.#reading) this.#files.end();
    this.#reading = false;
  }

  /** The layer's index as bytes; the builder is done afterwards. */
  finish(): Uint8Array {
    this.#files.close();
    if (this.#suppressed > 0)
      this.#problems('more-problems', `${this.#suppressed} more members of the layer could not be read`);
    return this.#index.finish();
  }

  /** Frees the temporary file and the memory, finished or not. */
  close(): void {
    this.#files.close();
    this.#numbers.free();
    this.#index.free();
  }

  #member(path: ImagePath, entry: TarEntry): void {
    const seen = this.#seen;
    seen.path = path;
    seen.type = entry.type as SeenEntry['type'];
    seen.mode = entry.mode;
    seen.uid = entry.uid;
    seen.gid = entry.gid;
    seen.sizeBytes = entry.type === 'file' ? entry.sizeBytes : 0;
    seen.xattrs = entry.xattrs;
    seen.linkTarget = undefined;
    if (entry.type === 'symlink') seen.linkTarget = entry.linkName;
    if (entry.type === 'hardlink') {
      const target = this.#firstName(imagePath(entry.linkName));
      if (target === undefined)
        return this.#problem(
          'dangling-hard-link',
          `"${path}" is a hard link to "${entry.linkName}", which the layer does not hold`,
          path,
        );
      seen.linkTarget = target;
      // An archive may name a file as a link to itself; the file stays.
      if (target === path) return;
    }
    if (entry.xattrs !== undefined && Buffer.from(entry.xattrs['trusted.overlay.opaque'] ?? []).toString() === 'y')
      this.#take(path, opaque);
    if (!this.#take(path, seen)) return;
    if (entry.type === 'symlink') {
      this.#symlinks.set(path, entry.linkName);
      this.#lastDirectory = '';
      this.#lastResolved = '/' as ImagePath;
    } else if (entry.type === 'hardlink') this.#firstNames.set(path, seen.linkTarget as ImagePath);
    this.#visitor.entry(seen);
    if (entry.type !== 'file') return;
    this.#reading = true;
    this.#files.begin(seen);
  }

  #whiteout(path: ImagePath, base: string): void {
    const directory = directoryOf(path);
    if (base === opaqueMark) this.#take(directory, opaque);
    else if (base.startsWith(metadataPrefix)) return;
    else if (base === whiteoutPrefix || base === `${whiteoutPrefix}.` || base === `${whiteoutPrefix}..`)
      this.#problem('nameless-whiteout', `"${path}" deletes a file without a name`, path);
    else
      this.#take(imagePath(`${directory}/${base.slice(whiteoutPrefix.length)}`), {
        type: 'whiteout',
        mode: 0,
        uid: 0,
        gid: 0,
        sizeBytes: 0,
      });
  }

  /** Writes an entry, in the place of an earlier one of the same name where there is one. */
  #take(path: ImagePath, entry: IndexEntry): boolean {
    const index = this.#index;
    if (!index.place(path)) {
      this.#tooLong(path);
      return false;
    }
    const number = index.append(entry);
    // Marks about the layers below don't take the place of what this layer holds itself.
    if (entry.type === 'whiteout' || entry.type === 'opaque') return true;
    const hash1 = index.cursor.hash1();
    const hash2 = index.cursor.hash2();
    const earlier = this.#numbers.get(hash1, hash2);
    this.#numbers.set(hash1, hash2, number * 2 + (entry.type === 'directory' ? 1 : 0));
    if (earlier >= 0) this.#replace(path, earlier, entry.type === 'directory');
    return true;
  }

  #replace(path: ImagePath, earlier: number, byDirectory: boolean): void {
    const wasDirectory = earlier % 2 === 1;
    this.#index.remove(Math.floor(earlier / 2));
    if (this.#symlinks.delete(path)) this.#lastDirectory = '';
    this.#firstNames.delete(path);
    if (wasDirectory && byDirectory) return;
    this.#visitor.forget(path, wasDirectory);
    if (!wasDirectory) return;
    if (++this.#sweeps > 100)
      return this.#problem(
        'layer-contradicts-itself',
        `"${path}" and over a hundred more are directories first and files later`,
        path,
      );
    const written = new LayerIndexReader(this.#index.finish());
    while (written.next()) {
      const below = written.path() as ImagePath;
      if (isBelow(below, path) && written.type !== 'whiteout' && written.type !== 'opaque') {
        this.#index.remove(written.number);
        this.#symlinks.delete(below);
      }
    }
  }

  /** The first name of the file that a hard link leads to, if this layer holds it. */
  #firstName(named: ImagePath): ImagePath | undefined {
    const path = this.#resolve(named);
    if (path === undefined) return undefined;
    const first = this.#firstNames.get(path);
    if (first !== undefined) return first;
    if (!this.#index.place(path)) return undefined;
    const number = this.#numbers.get(this.#index.cursor.hash1(), this.#index.cursor.hash2());
    return number < 0 || number % 2 === 1 || this.#index.isRemoved(Math.floor(number / 2)) ? undefined : path;
  }

  /** Follows links among the parents of a path, inside this layer, as a process chrooted into it would. */
  #resolve(path: ImagePath): ImagePath | undefined {
    if (this.#symlinks.size === 0) return path;
    const directory = directoryOf(path);
    if (directory !== this.#lastDirectory) {
      this.#lastDirectory = directory;
      this.#lastResolved = this.#resolveDirectory(directory, 0);
    }
    if (this.#lastResolved === directory) return path;
    return this.#lastResolved === undefined ? undefined : imagePath(`${this.#lastResolved}/${baseNameOf(path)}`);
  }

  #resolveDirectory(directory: ImagePath, hops: number): ImagePath | undefined {
    if (directory === '/') return directory;
    if (directory.length >= maxPathBytes) return undefined;
    for (let slash = directory.indexOf('/', 1); ; slash = directory.indexOf('/', slash + 1)) {
      const part = slash < 0 ? directory : directory.slice(0, slash);
      const target = this.#symlinks.get(part);
      if (target !== undefined) {
        if (hops >= 40) return undefined;
        const rest = slash < 0 ? '' : directory.slice(slash);
        return this.#resolveDirectory(
          imagePath(target.startsWith('/') ? target + rest : `${directoryOf(part as ImagePath)}/${target}${rest}`),
          hops + 1,
        );
      }
      if (slash < 0) return directory;
    }
  }

  #tooLong(path: string): void {
    this.#problem('path-too-long', `a path of ${path.length} characters begins with "${path.slice(0, 60)}"`, undefined);
  }

  #problem(code: string, message: string, path: ImagePath | undefined): void {
    if (this.problems.length >= 100) this.#suppressed++;
    else this.#problems(code, message, path);
  }

  #problems(code: string, message: string, path?: ImagePath): void {
    this.problems.push({ code, message, ...(path === undefined ? {} : { path }), source: 'layers', hides: 'all' });
  }
}
