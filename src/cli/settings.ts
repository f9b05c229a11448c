import fs from 'node:fs';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { CodedError } from '../model/index.ts';
import type { Io } from './io.ts';

const defaultFile = 'plimsoll.yaml';

/**
 * Fills a command's options from `PLIMSOLL_*` variables and plimsoll.yaml: a flag beats a variable beats the file. A
 * setting in the file that no command knows is an error, since it would silently do nothing.
 */
export async function applySettings(command: Command, io: Io): Promise<void> {
  const file = io.env['PLIMSOLL_CONFIG'] ?? defaultFile;
  const settings = await readSettings(file, io.env['PLIMSOLL_CONFIG'] !== undefined);
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) === 'cli') continue;
    const variable = `PLIMSOLL_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
    // PLIMSOLL_CONFIG names the settings file itself, not what a command's --config does.
    const fromEnvironment = variable === 'PLIMSOLL_CONFIG' ? undefined : io.env[variable];
    if (fromEnvironment !== undefined && fromEnvironment !== '') setText(command, option, fromEnvironment, variable);
    else if (settings !== undefined && Object.hasOwn(settings, name))
      setValue(command, option, settings[name], `${file}: ${name}`);
  }
}

async function readSettings(file: string, isAsked: boolean): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (!isAsked && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CodedError('settings-unreadable', `${file} could not be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  // The library is CommonJS: in the bundled program its names stand under `default` alone.
  const { parse } = (await import('yaml')).default;
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 10 });
  } catch (error) {
    throw new CodedError('settings-invalid', `${file} is not YAML: ${(error as Error).message}`, { kind: 'usage' });
  }
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new CodedError('settings-invalid', `${file} must hold "name: value" lines`, { kind: 'usage' });
  const settings: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, setting] of Object.entries(value)) {
    const name = key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (!(await knownSettings()).has(name))
      throw new CodedError('settings-invalid', `${file}: no command has a setting "${key}"`, { kind: 'usage' });
    settings[name] = setting;
  }
  return settings;
}

/** Names of all options of all commands; only asked for when there is a file to check. */
async function knownSettings(): Promise<ReadonlySet<string>> {
  const { allOptions } = await import('./all-options.ts');
  return new Set((await allOptions()).map(({ option }) => option.attributeName()));
}

function setText(command: Command, option: Option, text: string, where: string): void {
  if (!option.isBoolean() && !option.negate)
    return setValue(command, option, option.variadic ? text.split(',') : text, where);
  if (!/^(?:1|true|yes|0|false|no)$/i.test(text))
    throw new CodedError('settings-invalid', `${where} must be true or false, not "${text}"`, { kind: 'usage' });
  setValue(command, option, /^(?:1|true|yes)$/i.test(text), where);
}

function setValue(command: Command, option: Option, value: unknown, where: string): void {
  const name = option.attributeName();
  if (option.isBoolean() || option.negate) {
    if (typeof value !== 'boolean')
      throw new CodedError('settings-invalid', `${where} must be true or false`, { kind: 'usage' });
    // `--no-cache` is the option `cache`: the setting says what the option's name says.
    command.setOptionValueWithSource(name, value, 'config');
    return;
  }
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0 || !values.every((item) => ['string', 'number'].includes(typeof item)))
    throw new CodedError('settings-invalid', `${where} must be text`, { kind: 'usage' });
  const takesOne = !option.variadic && (option.parseArg === undefined || option.argChoices !== undefined);
  if (takesOne && values.length > 1)
    throw new CodedError('settings-invalid', `${where} takes one value`, { kind: 'usage' });
  if (option.argChoices !== undefined && !values.every((item) => option.argChoices!.includes(String(item))))
    throw new CodedError('settings-invalid', `${where} must be one of ${option.argChoices.join(', ')}`, {
      kind: 'usage',
    });
  command.setOptionValueWithSource(name, parsedValue(option, values.map(String), where), 'config');
}

/** What the option makes of its texts; several only where it collects them. */
function parsedValue(option: Option, texts: readonly string[], where: string): unknown {
  if (option.parseArg === undefined) return option.variadic ? texts : texts[0];
  let parsed: unknown;
  try {
    for (const text of texts) parsed = option.parseArg(text, parsed as never);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new CodedError('settings-invalid', `${where}: ${error.message}`, { kind: 'usage', cause: error });
  }
  return parsed;
}
