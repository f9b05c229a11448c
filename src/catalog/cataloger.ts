import type { ByteSource, ImagePath, Item, Problem } from '../model/index.ts';

/**
 * Turns files of one kind into contents. A cataloger is pure: bytes in, items and problems out; it opens nothing, keeps
 * nothing between files and gives the same for the same bytes. It must survive any bytes: what it can't understand it
 * says in a problem, what it could read all the same it returns.
 */
export interface Cataloger {
  readonly name: string;
  /** Raise it when the same bytes would give something else: it is part of the layer cache's key. */
  readonly version: number;
  /** One sentence for docs and `--help`. */
  readonly summary: string;
  /** Facts of the packages it finds; the first is the default of `PackageItem.facts`. Empty for other contents. */
  readonly packages: readonly PackageFacts[];
  readonly claims: readonly Claim[];
  /** Largest file it is handed, in bytes; a larger one becomes the problem `file-too-large`. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Called for every file (or window of a text file) that a claim names. */
  catalog(file: CatalogFile): CatalogResult;
  /** Makes a watcher of one layer's entries, for what is known from names and modes alone. */
  observe?(): EntryObserver;
}

/** What packages of a cataloger have in common. */
export interface PackageFacts {
  /** `deb`, `npm`, … the value for `PackageItem.facts` where a cataloger has several. */
  readonly name: string;
  readonly purlType: string;
  /** Name of the version scheme in versions/. */
  readonly versionScheme: string;
  /** OSV's ecosystem; `operating-system` where the release decides (`Debian:12`). */
  readonly ecosystem: string;
}

/**
 * Which files a cataloger wants to see. Paths are absolute. Tests on `content` look at the first bytes:
 * `elf`; `script` (`#!`); `runnable` (an execute bit, ELF, `#!`, PE, Mach-O or wasm); `text` (no NUL byte in the first 8,000, or
 * UTF-16 by its byte order mark: given as it is, in overlapping windows when large).
 */
export type Claim =
  | { readonly path: string }
  | { readonly inDirectory: string }
  | { readonly baseName: string; readonly directorySuffix?: string }
  | { readonly suffix: string }
  | { readonly content: 'elf' | 'script' | 'runnable' | 'text' };

/** A regular file as a cataloger sees it. */
export interface CatalogFile {
  readonly path: ImagePath;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The first bytes, at least 512 where the file has them. */
  readonly head: Uint8Array;
  /**
   * The file, or for text claims a window of it. Of an ELF object that is claimed by its content alone the machine code may be
   * missing (`codeRange`): reading it throws.
   */
  readonly content: ByteSource;
  /** Lower-case hex of the whole file; only for `elf`, `script` and `runnable` claims. */
  readonly sha256?: string;
  /** Extended attributes that catalogers use (`security.capability`), raw. */
  readonly xattrs?: Readonly<Record<string, Uint8Array>>;
  /** For text claims on large files: which part `content` is; lines as the file's encoding ends them. Absent: the whole file. */
  readonly window?: { readonly offsetBytes: number; readonly linesBefore: number };
}

/** A member of a layer, contents aside. */
export interface CatalogEntry {
  readonly path: ImagePath;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'fifo';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly linkTarget?: string;
}

export interface EntryObserver {
  see(entry: CatalogEntry): void;
  done(): CatalogResult;
}

export interface CatalogResult {
  readonly items: readonly Item[];
  readonly problems: readonly Problem[];
}

/** How much of a large text file's window stands in the next one too. */
export const windowOverlapBytes = 64 << 10;

/** The result of a file that has nothing to tell. */
export const nothing: CatalogResult = { items: [], problems: [] };

/** Reads a file whole, up to the limit; undefined (and a problem for the caller to add) when it is larger. */
export function wholeFile(file: CatalogFile, limitBytes: number): Uint8Array | undefined {
  return file.content.sizeBytes > limitBytes ? undefined : file.content.read(0, file.content.sizeBytes);
}

/** A problem of a cataloger about the file that it was handed. */
export function fileProblem(
  cataloger: string,
  file: Pick<CatalogFile, 'path'>,
  problem: Pick<Problem, 'code' | 'message' | 'hides'>,
): Problem {
  return { ...problem, path: file.path, source: cataloger };
}
