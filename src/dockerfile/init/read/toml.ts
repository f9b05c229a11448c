import { parse } from 'smol-toml';
import { CodedError } from '../../../model/index.ts';
import type { JsonObject } from './json.ts';

/** A TOML file of the project (TOML 1.0). Throws `project-file-invalid`. */
export function readToml(text: string, file: string): JsonObject {
  try {
    return parse(text, { maxDepth: 50 });
  } catch (error) {
    const [first = ''] = (error as Error).message.split('\n');
    throw new CodedError('project-file-invalid', `${file} is not TOML: ${first}`, {
      hint: 'mend the file, then run it again',
      cause: error,
    });
  }
}
