import { CodedError } from '../../model/index.ts';
import { ProgramFailed } from '../programs/run-program.ts';

const linesShown = 15;

/** What a failed build says: the engine's last words, which name the step. Anything else is thrown as it is. */
export function buildFailed(engine: string, error: unknown): unknown {
  if (!(error instanceof ProgramFailed)) return error;
  const said = error.lastLines.filter((line) => line.trim() !== '').slice(-linesShown);
  return new CodedError('build-failed', [`${engine} could not build it: ${error.message}`, ...said].join('\n'), {
    hint: 'Nothing was pushed or written',
    cause: error,
  });
}

/** Flags that repeat for each member, sorted by name, so that the same input gives the same call. */
export function repeated(flag: string, values: Readonly<Record<string, string>>): string[] {
  return Object.keys(values)
    .sort()
    .flatMap((name) => [flag, `${name}=${values[name]!}`]);
}
