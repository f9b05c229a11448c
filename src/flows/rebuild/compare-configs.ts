import type { Difference } from './differences.ts';

/** In what the configurations of two images differ, by field; layers are looked at by themselves. */
export function compareConfigs(before: Uint8Array, after: Uint8Array): readonly Difference[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const differences: Difference[] = [];
  for (const path of [...new Set([...old.keys(), ...now.keys()])].sort(byField)) {
    const [was, is] = [old.get(path) ?? 'not there', now.get(path) ?? 'not there'];
    if (was !== is) differences.push({ where: 'config', path, attribute: 'field', before: was, after: is });
  }
  if (differences.length > 0 || Buffer.compare(before, after) === 0) return differences;
  return [{ where: 'config', attribute: 'form', before: 'the same fields', after: 'written in another form' }];
}

/** Two levels deep, and each step of the history: as people speak of them. */
function fieldsOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const whole = JSON.parse(Buffer.from(bytes).toString('utf8')) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(whole)) {
    if (name === 'rootfs') continue;
    if (name === 'history' && Array.isArray(value))
      value.forEach((step: unknown, index) => {
        for (const [key, text] of membersOf(step)) fields.set(`history[${index}].${key}`, textOf(text));
      });
    else if (name === 'config' || name === 'container_config')
      for (const [key, inner] of membersOf(value))
        if (key === 'Labels')
          for (const [label, text] of membersOf(inner)) fields.set(`${name}.Labels.${label}`, textOf(text));
        else fields.set(`${name}.${key}`, textOf(inner));
    else fields.set(name, textOf(value));
  }
  return fields;
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `history[2]` before `history[10]`. */
function byField(a: string, b: string): number {
  const number = (path: string): number => Number(/\[(\d+)\]/.exec(path)?.[1] ?? -1);
  const name = (path: string): string => path.replace(/\[\d+\]/, '');
  const [stem] = [a.split('[', 1)[0]!.localeCompare(b.split('[', 1)[0]!)];
  return stem || number(a) - number(b) || (name(a) < name(b) ? -1 : 1);
}
