import type { ImagePath } from '../../../model/index.ts';
import { isInProgramFolder, mayBeOfInterest, pathOfInterest } from '../../owned-paths.ts';

/** One paragraph of the database; fields that it lacks are empty. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly origin: string;
  readonly license: string;
  readonly installedSize: string;
  readonly depends: string;
  readonly provides: string;
  readonly owned: readonly ImagePath[];
}

const letter = (text: string): number => text.charCodeAt(0);
const fieldOf = new Map([
  [letter('P'), 'name'],
  [letter('V'), 'version'],
  [letter('A'), 'arch'],
  [letter('o'), 'origin'],
  [letter('L'), 'license'],
  [letter('I'), 'installedSize'],
  [letter('D'), 'depends'],
  [letter('p'), 'provides'],
] as const);
type Draft = { -readonly [K in keyof InstalledPackage]: K extends 'owned' ? ImagePath[] : string };
const directory = letter('F');
const file = letter('R');
const colon = letter(':');
const slash = Uint8Array.of(letter('/'));
/** No name or version is longer; nor is any path that a kernel takes. */
const maxLineBytes = 16 << 10;

/**
 * Reads apk's `installed` (apk-package(5): one-letter fields, packages apart by an empty line; F: and R: are its
 * directories and the files in them). Makes text only of what is kept.
 */
export function readInstalled(
  bytes: Uint8Array,
  each: (found: InstalledPackage) => void,
): { strangeLines: number; lacksFinalNewline: boolean } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let draft = emptyDraft();
  let within: Uint8Array = new Uint8Array();
  let holdsPrograms = false;
  let isOpen = false;
  let strangeLines = 0;
  const close = (): void => {
    if (isOpen) each(draft);
    draft = emptyDraft();
    within = new Uint8Array();
    isOpen = false;
  };
  for (let start = 0, next: number; start < text.length; start = next) {
    const newline = text.indexOf(10, start);
    const end = newline < 0 ? text.length : newline;
    next = end + 1;
    if (end === start) {
      close();
      continue;
    }
    isOpen = true;
    if (text[start + 1] !== colon || end - start > maxLineBytes) {
      strangeLines++;
      continue;
    }
    const key = text[start]!;
    if (key === file) {
      if (!mayBeOfInterest(text, end) && !holdsPrograms) continue;
      const path = pathOfInterest(
        within.length === 0
          ? text.subarray(start + 2, end)
          : Buffer.concat([within, slash, text.subarray(start + 2, end)]),
      );
      if (path !== undefined) draft.owned.push(path);
    } else if (key === directory) {
      within = text.subarray(start + 2, end);
      holdsPrograms = isInProgramFolder(Buffer.concat([within, slash, slash]));
    } else {
      const field = fieldOf.get(key);
      if (field !== undefined && draft[field] === '') draft[field] = text.toString('utf8', start + 2, end).trim();
    }
  }
  close();
  return { strangeLines, lacksFinalNewline: text.length > 0 && text[text.length - 1] !== 10 };
}

function emptyDraft(): Draft {
  return {
    name: '',
    version: '',
    arch: '',
    origin: '',
    license: '',
    installedSize: '',
    depends: '',
    provides: '',
    owned: [],
  };
}
