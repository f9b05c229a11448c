import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeArchive } from '../../image/write/index.ts';
import { CodedError } from '../../model/index.ts';
import { statementBytes } from '../../trust/index.ts';
import type { BuiltAndJudged } from './build-image.ts';
import { statementsOf } from './statements.ts';

/**
 * Writes the image beside its statements (in-toto, not signed): an OCI archive where the name ends in `.tar`, else an OCI
 * layout folder; `NAME.provenance.json`, `NAME.sbom.json`, `NAME.verdict.json`. What is there whole or not at all.
 * Gives the names of all that was written.
 * @throws CodedError `output-not-written`.
 */
export function writeOutput(built: BuiltAndJudged, to: string, now: Date): readonly string[] {
  const { made, references } = built;
  const name = references[0]?.replace(/:[^/:]*$/, '') ?? 'image';
  const temporary = `${to}.${process.pid}.tmp`;
  try {
    if (to.endsWith('.tar')) writeArchive(made.layout, temporary);
    else {
      if (existsSync(to) && !isLayout(to)) throw new Error('it is there and is no OCI layout');
      cpSync(made.layout, temporary, { recursive: true });
    }
    const statements = statementsOf(built, `${name}@${made.manifestDigest}`, now).map((statement) => {
      const subject = { name, digest: made.manifestDigest };
      const bytes = statementBytes(subject, statement.predicateType, statement.predicate);
      return { file: `${to}.${statement.name}.json`, text: `${bytes.toString('utf8')}\n` };
    });
    for (const { file, text } of statements) writeFileSync(file, text);
    rmSync(to, { recursive: true, force: true });
    renameSync(temporary, to);
    return [to, ...statements.map(({ file }) => file)];
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true });
    throw new CodedError('output-not-written', `${to} could not be written: ${(cause as Error).message}`, { cause });
  }
}

/** A folder of something else is not ours to replace. */
function isLayout(folder: string): boolean {
  try {
    return readFileSync(join(folder, 'oci-layout'), 'utf8').includes('imageLayoutVersion');
  } catch {
    return false;
  }
}
