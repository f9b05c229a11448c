import { compileModule } from '../../formats/web-assembly.ts';
import { lineEndsCode } from './line-ends-code.table.ts';

/** What line-ends.as.ts exports; places are bytes of its memory. */
interface LineEndsExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  window(): number;
  count(length: number): number;
}

/** Memory for a piece of a long text, and what counts the lines in it. */
export interface TextWindow {
  readonly bytes: Buffer;
  /** Line feeds in the first so many of the bytes. */
  lineEnds(length: number): number;
  /** Gives the memory to the next who asks for a window; not to be used afterwards. */
  close(): void;
}

/** The module's memory less what it needs for itself. */
const mostBytes = (17 << 16) + (15 << 12);

let instance: (() => LineEndsExports) | null | undefined;
/** One that nobody uses: layers are mostly read one after another, and each memory of WebAssembly takes much address space. */
let spare: LineEndsExports | undefined;

/**
 * Memory for `sizeBytes`, in which lines are counted sixteen bytes at a time where this machine's WebAssembly has 128-bit vectors:
 * asking for one line end after another took a fortieth of a whole scan.
 */
export function textWindow(sizeBytes: number): TextWindow {
  if (sizeBytes > mostBytes) throw new Error(`a window of ${sizeBytes} bytes is too large to count lines in`);
  if (instance === undefined) instance = compileModule<LineEndsExports>(Buffer.from(lineEndsCode, 'base64')) ?? null;
  if (instance === null) {
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    return { bytes, lineEnds: (length) => lineEndsIn(bytes.subarray(0, length)), close: () => undefined };
  }
  const code = spare ?? instance();
  spare = undefined;
  return {
    bytes: Buffer.from(code.memory.buffer, code.window(), sizeBytes),
    lineEnds: (length) => code.count(length),
    close: () => void (spare = code),
  };
}

/** The same without WebAssembly. */
export function lineEndsIn(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) found++;
  return found;
}
