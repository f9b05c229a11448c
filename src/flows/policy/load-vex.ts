import { parseVex } from '../../policy/index.ts';
import type { VexDocument } from '../../policy/index.ts';
import { readBytes } from './read-text.ts';

const largestBytes = 64 * 1024 * 1024;

/** The statements of VEX files, in the order of the files, and what in them could not be used. Throws `bad-vex`. */
export async function loadVex(files: readonly string[]): Promise<VexDocument> {
  const documents: VexDocument[] = [];
  for (const file of files) documents.push(parseVex(await readBytes(file, largestBytes), file));
  return {
    statements: documents.flatMap(({ statements }) => statements),
    complaints: documents.flatMap(({ complaints }) => complaints),
  };
}
