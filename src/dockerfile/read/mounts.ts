import type { Flag, RunMount } from '../syntax.ts';
import { nearest } from './nearest.ts';
import type { Problems } from './problems.ts';

const types = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const sharings = ['shared', 'private', 'locked'];
const keys: Readonly<Record<string, string>> = {
  type: 'type',
  from: 'from',
  source: 'source',
  src: 'source',
  target: 'target',
  dst: 'target',
  destination: 'target',
  readonly: 'readonly',
  ro: 'readonly',
  readwrite: 'readwrite',
  rw: 'readwrite',
  required: 'required',
  id: 'id',
  sharing: 'sharing',
  size: 'size',
  mode: 'mode',
  uid: 'uid',
  gid: 'gid',
  env: 'env',
};
/** Those that may stand without a value. */
const bare: ReadonlySet<string> = new Set(['readonly', 'readwrite', 'required']);

/** `--mount=type=cache,target=/root/.cache` (Dockerfile reference, "RUN --mount"). */
export function readMount(flag: Flag, problems: Problems): RunMount {
  const values = new Map<string, string>();
  for (const field of csvFields(flag.value ?? '')) {
    const equals = field.indexOf('=');
    const written = (equals === -1 ? field : field.slice(0, equals)).toLowerCase();
    const key = Object.hasOwn(keys, written) ? keys[written]! : undefined;
    if (key === undefined) {
      const near = nearest(written, Object.keys(keys));
      const hint = near === undefined ? undefined : `did you mean ${near}?`;
      problems.add('unknown-mount-option', flag.span, `--mount has no option ${JSON.stringify(written)}`, hint);
    } else if (equals === -1 && !bare.has(key))
      problems.add('mount-option-without-value', flag.span, `the option ${written} of --mount needs a value`);
    else values.set(key, equals === -1 ? 'true' : field.slice(equals + 1));
  }
  const type = typeOf(values.get('type'), flag, problems);
  check(type, values, flag, problems);
  const isWritable = type === 'cache' || type === 'tmpfs';
  const readOnly = values.get('readonly') ?? (values.has('readwrite') ? not(values.get('readwrite')) : undefined);
  return {
    type,
    id: values.get('id'),
    target: values.get('target'),
    source: values.get('source'),
    from: values.get('from'),
    env: values.get('env'),
    sharing: values.get('sharing'),
    size: values.get('size'),
    mode: values.get('mode'),
    uid: values.get('uid'),
    gid: values.get('gid'),
    required: isTrue(values.get('required')),
    readOnly: readOnly === undefined ? !isWritable : isTrue(readOnly),
    flag,
  };
}

function typeOf(written: string | undefined, flag: Flag, problems: Problems): RunMount['type'] {
  if (written === undefined) return 'bind';
  const type = types.find((known) => known === written.toLowerCase());
  if (type === undefined && !written.includes('$')) {
    const near = nearest(written, types);
    problems.add(
      'unknown-mount-type',
      flag.span,
      `there is no mount type ${JSON.stringify(written)}`,
      near === undefined ? `there are ${types.join(', ')}` : `did you mean ${near}?`,
    );
  }
  return type ?? 'bind';
}

function check(type: RunMount['type'], values: ReadonlyMap<string, string>, flag: Flag, problems: Problems): void {
  const refuse = (message: string, hint?: string): void => problems.add('invalid-mount', flag.span, message, hint);
  // What is a variable can't be checked before the build; the type decides which options there are.
  if (values.get('type')?.includes('$')) return;
  const from = values.get('from')?.indexOf('$') ?? -1;
  if (from !== -1 && from !== values.get('from')!.length - 1)
    refuse('variables are not put into from= of --mount', 'name a stage with FROM … AS and use that name');
  if (values.has('required') && type !== 'secret' && type !== 'ssh') refuse(`a ${type} mount can't be required`);
  if (values.has('size') && type !== 'tmpfs') refuse(`a ${type} mount has no size`);
  if (values.has('sharing') && type !== 'cache') refuse(`a ${type} mount has no sharing`);
  const sharing = values.get('sharing');
  if (sharing !== undefined && !sharing.includes('$') && !sharings.includes(sharing.toLowerCase()))
    refuse(`there is no sharing ${JSON.stringify(sharing)}`, `there are ${sharings.join(', ')}`);
  for (const key of ['mode', 'uid', 'gid'])
    if (values.has(key) && (type === 'bind' || type === 'tmpfs')) refuse(`a ${type} mount has no ${key}`);
  if (type !== 'secret') return;
  if (values.has('from')) refuse('a secret mount has no from');
  if (!values.has('source') && !values.has('target') && !values.has('id') && !values.has('env'))
    refuse('a secret mount needs an id, a source or a target');
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|t|true)$/i.test(value);
}

function not(value: string | undefined): string {
  return isTrue(value) ? 'false' : 'true';
}

/** Fields between commas; one in double quotes may hold commas, and doubled quotes stand for one. */
function csvFields(text: string): readonly string[] {
  if (text === '') return [];
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"' && isQuoted && text[at + 1] === '"') field += text[at++];
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return [...fields, field];
}
