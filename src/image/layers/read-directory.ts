import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { TarEntry } from '../../formats/tar/index.ts';
import {
  CodedError,
  type Digest,
  type FileVisitor,
  type ImagePath,
  type Problem,
  sha256Digest,
} from '../../model/index.ts';
import { LayerBuilder } from './layer-builder.ts';
import type { ReadLayer } from './read-layer.ts';

export interface ReadDirectoryOptions {
  readonly spoolDirectory: string;
  readonly signal?: AbortSignal;
}

/** A directory tree read as if it were an image's only layer. */
export interface ReadTree extends ReadLayer {
  /** SHA-256 over every name, kind, mode, owner, size and content in order of names: two equal trees have the same. */
  readonly digest: Digest;
}

const readBytes = 1 << 20;

/**
 * Walks a root filesystem on disk without following links, in order of names, and hands files to the visitor as
 * `readLayer` does. What can't be read becomes a problem. Throws CodedError `not-a-directory`.
 */
export function readDirectory(root: string, visitor: FileVisitor, options: ReadDirectoryOptions): ReadTree {
  const stat = fs.statSync(root, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true)
    throw new CodedError('not-a-directory', `${root} is not a directory`, { kind: 'usage' });
  const walk = new Walk(root, visitor, options);
  walk.directory('');
  return walk.result();
}

class Walk {
  readonly #root: string;
  readonly #builder: LayerBuilder;
  readonly #options: ReadDirectoryOptions;
  readonly #sum: Hash = createHash('sha256');
  readonly #buffer = Buffer.allocUnsafeSlow(readBytes);
  readonly #unread: Problem[] = [];
  /** First names of files with several links, by device and inode. */
  readonly #linked = new Map<string, string>();
  #sizeBytes = 0;

  constructor(root: string, visitor: FileVisitor, options: ReadDirectoryOptions) {
    this.#root = root;
    this.#options = options;
    this.#builder = new LayerBuilder(visitor, options.spoolDirectory);
  }

  directory(relative: string): void {
    this.#options.signal?.throwIfAborted();
    let names: string[];
    try {
      names = fs.readdirSync(path.join(this.#root, relative)).sort();
    } catch (error) {
      return this.#cannotRead(relative, error);
    }
    for (const name of names) {
      const child = relative === '' ? name : `${relative}/${name}`;
      try {
        this.#member(child, fs.lstatSync(path.join(this.#root, child)));
      } catch (error) {
        this.#cannotRead(child, error);
      }
    }
  }

  result(): ReadTree {
    const index = this.#builder.finish();
    return {
      index,
      entries: this.#builder.entries,
      sizeBytes: this.#sizeBytes,
      problems: [...this.#builder.problems, ...this.#unread],
      digest: sha256Digest(this.#sum.digest('hex')),
    };
  }

  #member(relative: string, stat: fs.Stats): void {
    const entry: TarEntry = {
      name: relative,
      linkName: '',
      type: typeOf(stat),
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      gid: stat.gid,
      sizeBytes: stat.isFile() ? stat.size : 0,
      xattrs: undefined,
      deviceMajor: 0,
      deviceMinor: 1,
    };
    if (entry.type === 'symlink') entry.linkName = fs.readlinkSync(path.join(this.#root, relative));
    if (entry.type === 'file' && stat.nlink > 1) {
      const inode = `${stat.dev} ${stat.ino}`;
      const first = this.#linked.get(inode);
      if (first === undefined) this.#linked.set(inode, relative);
      else Object.assign(entry, { type: 'hardlink', linkName: first, sizeBytes: 0 });
    }
    this.#sum.update(
      JSON.stringify([relative, entry.type, entry.mode, entry.uid, entry.gid, entry.sizeBytes, entry.linkName]),
    );
    if (entry.type === 'file') this.#file(relative, entry);
    else {
      this.#builder.entry(entry);
      this.#builder.entryEnd();
    }
    if (entry.type === 'directory') this.directory(relative);
  }

  #file(relative: string, entry: TarEntry): void {
    const file = fs.openSync(
      path.join(this.#root, relative),
      fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
    );
    try {
      this.#builder.entry(entry);
      let left = entry.sizeBytes;
      // A file that grows is read as far as its size said; one that shrinks was changed under our hands.
      while (left > 0) {
        const got = fs.readSync(file, this.#buffer, 0, Math.min(readBytes, left), null);
        if (got === 0) throw new Error('it became shorter while it was read');
        left -= got;
        this.#sizeBytes += got;
        const bytes = this.#buffer.subarray(0, got);
        this.#sum.update(bytes);
        this.#builder.data(bytes);
      }
    } finally {
      fs.closeSync(file);
      this.#builder.entryEnd();
    }
  }

  #cannotRead(relative: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (this.#unread.length < 1000)
      this.#unread.push({
        code: 'unreadable-file',
        message: `it could not be read: ${why}`,
        path: `/${relative}` as ImagePath,
        source: 'directory',
        hides: 'all',
      });
  }
}

function typeOf(stat: fs.Stats): TarEntry['type'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isFIFO()) return 'fifo';
  return stat.isBlockDevice() || stat.isCharacterDevice() ? 'device' : 'other';
}
