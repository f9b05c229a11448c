import type { Flag } from '../syntax.ts';
import { nearest } from './nearest.ts';
import type { Problems } from './problems.ts';

/** Which flags an instruction takes, and of what kind. */
export type FlagTable = Readonly<Record<string, 'text' | 'boolean' | 'texts'>>;

/** Flags by name, after a check against what the instruction takes. */
export interface CheckedFlags {
  get(name: string): Flag | undefined;
  all(name: string): readonly Flag[];
  /** Undefined where the flag isn't there. */
  boolean(name: string): boolean | undefined;
}

/** Checks flags as builders do: unknown, doubled or badly valued ones are problems. */
export function checkFlags(
  flags: readonly Flag[],
  { keyword, table, problems }: { keyword: string; table: FlagTable; problems: Problems },
): CheckedFlags {
  const known = new Map<string, Flag[]>();
  for (const flag of flags) {
    const kind = Object.hasOwn(table, flag.name) ? table[flag.name]! : undefined;
    const before = known.get(flag.name);
    if (kind === undefined) {
      const near = nearest(flag.name, Object.keys(table));
      const hint = near === undefined ? undefined : `did you mean --${near}?`;
      problems.add('unknown-flag', flag.span, `${keyword} has no flag --${flag.name}`, hint);
    } else if (before !== undefined && kind !== 'texts')
      problems.add('repeated-flag', flag.span, `--${flag.name} is given twice`);
    else if (kind === 'boolean' && !/^(?:true|false)?$/i.test(flag.value ?? ''))
      problems.add('invalid-flag', flag.span, `--${flag.name} must be true or false`);
    else if (flag.value === '' && kind === 'boolean')
      problems.add('flag-without-value', flag.span, `--${flag.name}= needs a value`);
    else if (flag.value === undefined && kind !== 'boolean')
      problems.add('flag-without-value', flag.span, `--${flag.name} needs a value`, `write --${flag.name}=VALUE`);
    else if (before === undefined) known.set(flag.name, [flag]);
    else before.push(flag);
  }
  return {
    get: (name) => known.get(name)?.[0],
    all: (name) => known.get(name) ?? [],
    boolean: (name) => {
      const flag = known.get(name)?.[0];
      return flag === undefined ? undefined : (flag.value ?? 'true').toLowerCase() === 'true';
    },
  };
}
