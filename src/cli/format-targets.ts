import { InvalidArgumentError } from 'commander';
import { CodedError } from '../model/index.ts';

/** One of `--format`'s values: a format alone, or `format=file`. */
export interface FormatTarget<Format extends string> {
  readonly format: Format;
  readonly file?: string;
}

/** Parses `--format` values, collecting them: `json`, `sarif=out.sarif`. */
export function formatParser<Format extends string>(
  formats: readonly Format[],
): (value: string, before: readonly FormatTarget<Format>[] | undefined) => FormatTarget<Format>[] {
  return (value, before = []) => {
    const equals = value.indexOf('=');
    const name = equals < 0 ? value : value.slice(0, equals);
    const format = formats.find((known) => known === name);
    if (format === undefined) throw new InvalidArgumentError(`"${name}" is none of ${formats.join(', ')}`);
    if (equals >= 0 && value.length === equals + 1) throw new InvalidArgumentError(`"${value}" names no file`);
    return [...before, equals < 0 ? { format } : { format, file: value.slice(equals + 1) }];
  };
}

/** Where each report goes: every `fmt=file` to its file, one without a file to `--output` or stdout. */
export function checkedTargets<Format extends string>(
  targets: readonly FormatTarget<Format>[] | undefined,
  output: string | undefined,
  usual: Format,
): FormatTarget<Format>[] {
  const all = targets === undefined || targets.length === 0 ? [{ format: usual }] : [...targets];
  const open = all.filter(({ file }) => file === undefined);
  if (open.length > 1)
    throw new CodedError(
      'two-reports-one-place',
      `${open.map(({ format }) => format).join(' and ')} can't both go to ${output ?? 'standard output'}`,
      { kind: 'usage', hint: 'give each its file: --format json=record.json' },
    );
  return all.map((target) =>
    target.file === undefined && output !== undefined ? { ...target, file: output } : target,
  );
}
