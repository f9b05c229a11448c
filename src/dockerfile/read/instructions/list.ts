import type { Instruction, InstructionBase } from '../../syntax.ts';
import { nearest } from '../nearest.ts';
import type { ReadContext } from '../problems.ts';
import { argReader } from './arg.ts';
import { copyReader } from './copy.ts';
import { fromReader } from './from.ts';
import { healthcheckReader } from './healthcheck.ts';
import { exposeReader, volumeReader } from './lists.ts';
import { onbuildReader } from './onbuild.ts';
import { pairsReader } from './pairs.ts';
import { programReader, shellReader } from './program.ts';
import type { InstructionReader } from './reader.ts';
import { runReader } from './run.ts';
import { textReader } from './text.ts';

/** Every instruction of the Dockerfile reference, by its name in lower case. */
const readers: Readonly<Record<string, InstructionReader>> = {
  add: copyReader('add'),
  arg: argReader,
  cmd: programReader('cmd'),
  copy: copyReader('copy'),
  entrypoint: programReader('entrypoint'),
  env: pairsReader('env'),
  expose: exposeReader,
  from: fromReader,
  healthcheck: healthcheckReader,
  label: pairsReader('label'),
  maintainer: textReader('maintainer', 'a name'),
  onbuild: onbuildReader(readInstruction),
  run: runReader,
  shell: shellReader,
  stopsignal: textReader('stopsignal', 'a signal'),
  user: textReader('user', 'a user'),
  volume: volumeReader,
  workdir: textReader('workdir', 'a path'),
};

/** The reader for a keyword in any case. */
export function readerOf(keyword: string): InstructionReader | undefined {
  const name = keyword.toLowerCase();
  return Object.hasOwn(readers, name) ? readers[name] : undefined;
}

/** An instruction's parts as a typed instruction; `invalid` where they make none. */
export function readInstruction(parts: InstructionBase, context: ReadContext): Instruction {
  const reader = readerOf(parts.keyword.text);
  if (reader !== undefined) return reader.read(parts, context) ?? { ...parts, kind: 'invalid' };
  const { text, span } = parts.keyword;
  const near = nearest(text, Object.keys(readers))?.toUpperCase();
  context.problems.add(
    'unknown-instruction',
    span,
    `there is no instruction ${JSON.stringify(text.slice(0, 80))}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
  return { ...parts, kind: 'invalid' };
}
