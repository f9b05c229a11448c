import {
  type ByteSource,
  type FileVisitor,
  type ImagePath,
  isBelow,
  type Item,
  type Problem,
  type SeenEntry,
  wish,
} from '../model/index.ts';
import {
  type Cataloger,
  type CatalogFile,
  type CatalogResult,
  type EntryObserver,
  nothing,
  windowOverlapBytes,
} from './cataloger.ts';
import { PathClaims } from './claims.ts';
import { formatOf } from './file-format.ts';
import { utf16LineEnds, utf16Order } from './utf16.ts';

/** What one cataloger found in one layer. */
export interface Found {
  readonly cataloger: string;
  readonly items: Item[];
}

/** All that the catalogers found in one layer. */
export interface LayerCatalog {
  readonly found: readonly Found[];
  readonly problems: readonly Problem[];
  /** Text files in which secrets were looked for. */
  readonly textFiles: number;
}

type TextWindow = NonNullable<CatalogFile['window']>;

const defaultMaxBytes = 1 << 30;
/** Items and problems of one layer at most: beyond, the layer is hostile and says so. */
const maxItems = 1_000_000;
const maxProblems = 1_000;

/** Offers every file of a layer to the catalogers that claim it, and gathers what they say. */
export class LayerCataloging implements FileVisitor {
  readonly #claims: PathClaims;
  readonly #elf: readonly Cataloger[];
  readonly #script: readonly Cataloger[];
  readonly #runnable: readonly Cataloger[];
  readonly #text: readonly Cataloger[];
  readonly #observers: { cataloger: Cataloger; observer: EntryObserver }[] = [];
  readonly #items = new Map<string, Item[]>();
  #problems: Problem[] = [];
  #suppressed = 0;
  #count = 0;
  #textFiles = 0;
  /** For the file in hand: who gets all of it. */
  readonly #takers: Cataloger[] = [];
  /** For the UTF-16 file in hand: lines before its next window. */
  #wideLines = 0;

  constructor(catalogers: readonly Cataloger[]) {
    this.#claims = new PathClaims(catalogers);
    const claiming = (content: string): Cataloger[] =>
      catalogers.filter(({ claims }) => claims.some((claim) => 'content' in claim && claim.content === content));
    this.#elf = claiming('elf');
    this.#script = claiming('script');
    this.#runnable = claiming('runnable');
    this.#text = claiming('text');
    for (const cataloger of catalogers)
      if (cataloger.observe !== undefined) this.#observers.push({ cataloger, observer: cataloger.observe() });
  }

  entry(entry: SeenEntry): void {
    for (const { observer } of this.#observers) observer.see(entry);
  }

  wants(entry: SeenEntry, head: Buffer): number {
    const takers = this.#takers;
    takers.length = 0;
    let wanted: number = wish.nothing;
    for (const cataloger of this.#claims.of(entry.path)) {
      if (entry.sizeBytes > (cataloger.maxBytes ?? defaultMaxBytes)) this.#tooLarge(cataloger, entry);
      else takers.push(cataloger);
    }
    const isClaimed = takers.length > 0;
    if (isClaimed) wanted |= wish.whole;
    const format = formatOf(head);
    const isRunnable = format !== undefined || (entry.mode & 0o111) !== 0;
    if (isRunnable) {
      takers.push(...this.#runnable);
      if (format === 'elf') takers.push(...this.#elf);
      if (format === 'script') takers.push(...this.#script);
      wanted |= wish.hash;
      if (format !== undefined && format !== 'script' && this.#runnable.length > 0) wanted |= wish.whole;
      // Who claims a format knows what it reads of it.
      if (format === 'elf' && !isClaimed) wanted |= wish.withoutCode;
    }
    // Native code is no text, whatever its first bytes are; anything else without a NUL near its start may be, and UTF-16.
    const mayBeText = head.length > 0 && (format === undefined || format === 'script');
    if (this.#text.length > 0 && mayBeText && (!hasNul(head) || utf16Order(head) !== undefined)) {
      wanted |= wish.windows;
      this.#textFiles++;
    }
    return wanted;
  }

  whole(entry: SeenEntry, head: Buffer, content: ByteSource, sha256: string | undefined): void {
    const file = catalogFile(entry, head, content, sha256);
    for (const cataloger of this.#takers) this.#offer(cataloger, file);
  }

  window(entry: SeenEntry, head: Buffer, content: ByteSource, window: TextWindow | undefined): void {
    const file = catalogFile(entry, head, content, undefined);
    const place = window === undefined ? undefined : this.#placeOf(window, head, content);
    for (const cataloger of this.#text) this.#offer(cataloger, place === undefined ? file : { ...file, window: place });
  }

  /** The reader of layers counts bytes that end a line, which in UTF-16 are halves of other characters too. */
  #placeOf(window: TextWindow, head: Buffer, content: ByteSource): TextWindow {
    const order = utf16Order(head);
    if (order === undefined) return window;
    if (window.offsetBytes === 0) this.#wideLines = 0;
    const linesBefore = this.#wideLines;
    const own = Math.max(0, content.sizeBytes - windowOverlapBytes);
    this.#wideLines += utf16LineEnds(content.read(0, own), order);
    return { offsetBytes: window.offsetBytes, linesBefore };
  }

  forget(path: ImagePath, below: boolean): void {
    const isVoid = (at: ImagePath | undefined): boolean =>
      at !== undefined && (at === path || (below && isBelow(at, path)));
    for (const [name, items] of this.#items)
      this.#items.set(
        name,
        items.filter((item) => !isVoid(item.path)),
      );
    this.#problems = this.#problems.filter((problem) => !isVoid(problem.path));
  }

  /** Everything found; the cataloging is over afterwards. */
  finish(): LayerCatalog {
    for (const { cataloger, observer } of this.#observers) {
      try {
        this.#keep(cataloger, observer.done());
      } catch (error) {
        this.#failed(cataloger, error);
      }
    }
    if (this.#count > maxItems)
      this.#problem({
        code: 'too-many-items',
        message: `the layer holds more than ${maxItems} packages, executables and the like`,
        source: 'catalog',
        hides: 'all',
      });
    if (this.#suppressed > 0)
      this.#problems.push({
        code: 'more-problems',
        message: `${this.#suppressed} more files of the layer could not be read`,
        source: 'catalog',
        hides: 'all',
      });
    return {
      found: [...this.#items].map(([cataloger, items]) => ({ cataloger, items })),
      problems: this.#problems,
      textFiles: this.#textFiles,
    };
  }

  #offer(cataloger: Cataloger, file: CatalogFile): void {
    let result: CatalogResult;
    try {
      result = cataloger.catalog(file);
    } catch (error) {
      return this.#failed(cataloger, error, file.path);
    }
    if (result !== nothing) this.#keep(cataloger, result);
  }

  /** A cataloger must not throw; where one does all the same, what it would have said is missing, and that is said. */
  #failed(cataloger: Cataloger, error: unknown, path?: ImagePath): void {
    const message = `the ${cataloger.name} cataloger failed on it: ${error instanceof Error ? error.message : String(error)}`;
    this.#problem({
      code: 'cataloger-failed',
      message,
      ...(path === undefined ? {} : { path }),
      source: cataloger.name,
      hides: 'all',
    });
  }

  #keep(cataloger: Cataloger, result: CatalogResult): void {
    for (const problem of result.problems) this.#problem(problem);
    if (result.items.length === 0 || this.#count > maxItems) return;
    this.#count += result.items.length;
    const items = this.#items.get(cataloger.name);
    if (items === undefined) this.#items.set(cataloger.name, [...result.items]);
    else for (const item of result.items) items.push(item);
  }

  #tooLarge(cataloger: Cataloger, entry: SeenEntry): void {
    const message = `${entry.sizeBytes} bytes are more than the ${cataloger.maxBytes ?? defaultMaxBytes} that the ${cataloger.name} cataloger reads`;
    this.#problem({ code: 'file-too-large', message, path: entry.path, source: cataloger.name, hides: 'packages' });
  }

  #problem(problem: Problem): void {
    if (this.#problems.length >= maxProblems) this.#suppressed++;
    else this.#problems.push(problem);
  }
}

function catalogFile(entry: SeenEntry, head: Uint8Array, content: ByteSource, sha256: string | undefined): CatalogFile {
  const { path, sizeBytes, mode, uid, gid, xattrs } = entry;
  // Made for every file of an image: the common shapes are written out.
  if (xattrs !== undefined)
    return { path, sizeBytes, mode, uid, gid, head, content, xattrs, ...(sha256 === undefined ? {} : { sha256 }) };
  if (sha256 !== undefined) return { path, sizeBytes, mode, uid, gid, head, content, sha256 };
  return { path, sizeBytes, mode, uid, gid, head, content };
}

/** Whether a NUL is among the first 8,000 bytes, as in no text. */
function hasNul(head: Buffer): boolean {
  const at = head.indexOf(0);
  return at >= 0 && at < 8000;
}
