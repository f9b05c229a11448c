import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findHadolint } from '../test/make/hadolint.ts';
import { measureInTurn, printFigures, type Subject } from './measure.ts';

/*
 * `plimsoll dockerfile lint`, whole processes of the built program: `npm run bench lint [FOLDER]`. 1,000 files (those of the
 * folder, 206 real ones by default, repeated under names of their own) in one process: the bar is 2 s. Then the folder's files
 * once; each beside the real hadolint in the same run: the bar is an eighth of its time a file. Then one file: at most 3x
 * `node -e 0`.
 */
const wanted = 1000;
const source = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../../shared/data/dockerfiles/real'));
const program = path.resolve(import.meta.dirname, '../dist/plimsoll.js');
if (!fs.existsSync(program)) throw new Error('npm run build makes the program that is measured');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-bench-lint-'));
try {
  const texts = fs.readdirSync(source).map((name) => fs.readFileSync(path.join(source, name)));
  const files = texts.map((text, index) => write(text, 'once', index));
  const thousand = Array.from({ length: wanted }, (_, index) => write(texts[index % texts.length]!, 'thousand', index));
  const lint = (...words: readonly string[]): string[] => [process.execPath, program, 'dockerfile', 'lint', ...words];
  // The one of middle length.
  const [one] = [...files].sort((a, b) => fs.statSync(a).size - fs.statSync(b).size).slice(files.length >> 1);
  const floor: Subject = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };

  const hadolint = await findHadolint();
  const many: Subject[] = [
    floor,
    { name: `${wanted} files`, command: lint(path.join(folder, 'thousand')) },
    { name: `${files.length} files`, command: lint(...files) },
    { name: `${files.length} files, JSON`, command: lint('--format', 'json', ...files) },
  ];
  if (hadolint !== undefined)
    for (const [name, list] of [
      [`${wanted} files, hadolint 2.15`, thousand],
      [`${files.length} files, hadolint 2.15`, files],
    ] as const)
      many.push({ name, command: [hadolint, '--no-fail', '--config', '/dev/null', ...list] });
  const figures = measureInTurn(many, 3);
  printFigures(`many files, from ${source}`, figures, `${wanted} files`);

  const single = measureInTurn(
    [floor, { name: 'one file', command: lint(one!) }, { name: 'one file, JSON', command: lint(one!, '-f', 'json') }],
    25,
  );
  printFigures(`one file of ${fs.statSync(one!).size} bytes`, single, 'node -e 0');
} finally {
  fs.rmSync(folder, { recursive: true });
}

/** Each in a folder of its own, as files of projects are. */
function write(text: Uint8Array, below: string, index: number): string {
  const file = path.join(folder, below, String(index), 'Dockerfile');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}
