import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CodedError } from '../../model/index.ts';

/** A secret as `--secret` names it. */
export interface SecretSource {
  readonly id: string;
  /** A file, or a variable of the environment. */
  readonly from: { readonly file: string } | { readonly variable: string };
}

const idShape = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** The most that BuildKit takes. */
export const largestSecretBytes = 500 * 1024;

/**
 * Reads `id=NAME[,src=FILE|,env=VARIABLE]` as docker does: without a source it is the variable NAME, else the file NAME.
 * @throws CodedError `bad-secret`, `secret-missing`.
 */
export function parseSecret(text: string, env: Readonly<Record<string, string | undefined>>): SecretSource {
  const fields = new Map<string, string>();
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    const key = { src: 'src', source: 'src', id: 'id', env: 'env', type: 'type' }[name];
    if (equals < 0 || key === undefined || fields.has(key)) throw bad(text);
    fields.set(key, part.slice(equals + 1).trim());
  }
  const [id, type, file, variable] = ['id', 'type', 'src', 'env'].map((key) => fields.get(key));
  if (id === undefined || !idShape.test(id)) throw bad(text);
  if (type !== undefined && type !== 'file' && type !== 'env') throw bad(text);
  if (file !== undefined && variable !== undefined) throw bad(text);
  const named = variable ?? (type === 'env' ? (file ?? id) : undefined);
  if (named !== undefined || (file === undefined && type === undefined && env[id] !== undefined)) {
    const name = named ?? id;
    if (env[name] === undefined) throw missing(id, `there is no variable ${name}`);
    return { id, from: { variable: name } };
  }
  const path = resolve(file ?? id);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) throw missing(id, `${path} is no file`);
  if (stat.size > largestSecretBytes) throw missing(id, `${path} has more than ${largestSecretBytes} bytes`);
  return { id, from: { file: path } };
}

function bad(text: string): CodedError {
  // The text may hold the secret itself, by mistake.
  const shown = text.replace(/=[^,]*/g, '=…').slice(0, 100);
  return new CodedError('bad-secret', `--secret ${shown} is not understood`, {
    kind: 'usage',
    hint: 'Write --secret id=NAME,src=FILE or --secret id=NAME,env=VARIABLE',
  });
}

function missing(id: string, why: string): CodedError {
  return new CodedError('secret-missing', `the secret ${id} can't be read: ${why}`, { kind: 'usage' });
}
