import { createHash, hash, type Hash } from 'node:crypto';
import { codeRange } from '../../formats/elf/index.ts';
import { bytesSource } from '../../model/index.ts';
import { headBytes, type FileVisitor, type SeenEntry, wish } from '../../model/index.ts';
import { KeptContent, refusing } from './kept-content.ts';
import { type TextWindow, textWindow } from './text-window.ts';

const windowBytes = 1 << 20;
const overlapBytes = 64 << 10;

/**
 * Gathers the contents of one file after another from the pieces in which an archive delivers them, no more of each
 * than the visitor asks for. A file that lies whole in one piece is never copied.
 */
export class FileContent {
  readonly #visitor: FileVisitor;
  readonly #kept: KeptContent;
  readonly #head = Buffer.alloc(headBytes);
  #headFill = 0;
  #entry: SeenEntry | undefined;
  #wants = -1;
  #received = 0;
  #hash: Hash | undefined;
  #window: TextWindow | undefined;
  #windowFill = 0;
  #windowOffset = 0;
  #windowLines = 0;

  constructor(visitor: FileVisitor, spoolDirectory: string) {
    this.#visitor = visitor;
    this.#kept = new KeptContent(spoolDirectory);
  }

  begin(entry: SeenEntry): void {
    this.#entry = entry;
    this.#headFill = 0;
    this.#wants = -1;
    this.#received = 0;
    this.#hash = undefined;
    this.#windowFill = 0;
    this.#windowOffset = 0;
    this.#windowLines = 0;
  }

  data(bytes: Buffer): void {
    if (this.#wants >= 0) return this.#take(bytes);
    const entry = this.#entry!;
    if (this.#headFill === 0 && bytes.length === entry.sizeBytes) return this.#atOnce(entry, bytes);
    const needed = Math.min(entry.sizeBytes, headBytes);
    const used = Math.min(needed - this.#headFill, bytes.length);
    bytes.copy(this.#head, this.#headFill, 0, used);
    this.#headFill += used;
    if (this.#headFill < needed) return;
    this.#wants = this.#visitor.wants(entry, this.#head.subarray(0, this.#headFill));
    if (this.#wants === wish.nothing) return;
    if (this.#wants & wish.hash) this.#hash = createHash('sha256');
    if (this.#wants & wish.whole)
      this.#kept.begin(
        entry.sizeBytes,
        this.#wants & wish.withoutCode ? codeRange(this.#head.subarray(0, this.#headFill), entry.sizeBytes) : undefined,
      );
    this.#take(this.#head.subarray(0, this.#headFill));
    if (used < bytes.length) this.#take(bytes.subarray(used));
  }

  end(): void {
    const entry = this.#entry!;
    this.#entry = undefined;
    if (entry.sizeBytes === 0) return this.#atOnce(entry, Buffer.alloc(0));
    // Nothing wanted, told at once already, or cut short before its head was whole (then the archive is in error).
    if (this.#wants <= 0) return;
    const head = this.#head.subarray(0, this.#headFill);
    if (this.#wants & wish.windows) this.#flushWindow(entry, head);
    if (this.#wants & (wish.hash | wish.whole) && this.#received === entry.sizeBytes)
      this.#visitor.whole(
        entry,
        head,
        this.#wants & wish.whole ? this.#kept.source() : bytesSource(head),
        this.#hash?.digest('hex'),
      );
  }

  close(): void {
    this.#kept.close();
    this.#window?.close();
    this.#window = undefined;
  }

  #atOnce(entry: SeenEntry, bytes: Buffer): void {
    const head = bytes.length > headBytes ? bytes.subarray(0, headBytes) : bytes;
    const wants = this.#visitor.wants(entry, head);
    this.#wants = 0;
    if (wants === wish.nothing) return;
    if (wants & wish.windows) this.#visitor.window(entry, head, bytesSource(bytes), undefined);
    // Refused here too: what is found of a file must not depend on the pieces in which it comes.
    const code = wants & wish.withoutCode ? codeRange(head, bytes.length) : undefined;
    if (wants & (wish.hash | wish.whole))
      this.#visitor.whole(
        entry,
        head,
        code === undefined ? bytesSource(bytes) : refusing(bytesSource(bytes), code),
        wants & wish.hash ? hash('sha256', bytes, 'hex') : undefined,
      );
  }

  #take(bytes: Buffer): void {
    if (this.#wants === wish.nothing) return;
    this.#hash?.update(bytes);
    if (this.#wants & wish.whole) this.#kept.add(bytes, this.#received);
    this.#received += bytes.length;
    if (this.#wants & wish.windows) this.#addToWindow(bytes);
  }

  #addToWindow(bytes: Buffer): void {
    const window = (this.#window ??= textWindow(windowBytes + overlapBytes)).bytes;
    let at = 0;
    while (at < bytes.length) {
      if (this.#windowFill === window.length) this.#slideWindow(this.#entry!, this.#window);
      const take = Math.min(window.length - this.#windowFill, bytes.length - at);
      bytes.copy(window, this.#windowFill, at, at + take);
      this.#windowFill += take;
      at += take;
    }
  }

  #slideWindow(entry: SeenEntry, window: TextWindow): void {
    const { bytes } = window;
    this.#visitor.window(entry, this.#head.subarray(0, this.#headFill), bytesSource(bytes), {
      offsetBytes: this.#windowOffset,
      linesBefore: this.#windowLines,
    });
    const keepFrom = bytes.length - overlapBytes;
    this.#windowLines += window.lineEnds(keepFrom);
    bytes.copyWithin(0, keepFrom);
    this.#windowOffset += keepFrom;
    this.#windowFill = overlapBytes;
  }

  #flushWindow(entry: SeenEntry, head: Buffer): void {
    if (this.#window === undefined || this.#windowFill === 0) return;
    const place =
      this.#windowOffset === 0 ? undefined : { offsetBytes: this.#windowOffset, linesBefore: this.#windowLines };
    this.#visitor.window(entry, head, bytesSource(this.#window.bytes.subarray(0, this.#windowFill)), place);
  }
}
