import fs from 'node:fs';
import path from 'node:path';
import {
  defaultSettings,
  type FailureThreshold,
  type HadolintConfig,
  type LintSettings,
  parseHadolintConfig,
} from '../../dockerfile/index.ts';
import { CodedError } from '../../model/index.ts';

/** What the caller asks for; what is set here beats the configuration file. */
export interface LintRequest {
  /** A configuration file; found as hadolint finds it where none is named. */
  readonly config?: string;
  readonly settings: Partial<LintSettings>;
  readonly failureThreshold?: FailureThreshold;
}

/** Settings and threshold of a run, and the configuration file that had a part in them. */
export interface LintPlan {
  readonly settings: LintSettings;
  readonly failureThreshold: FailureThreshold;
  readonly noFail: boolean;
  readonly configFile: string | undefined;
}

const standard: HadolintConfig = { settings: defaultSettings, failureThreshold: undefined, noFail: false };

/** Puts settings together: what was asked for, then the configuration file, then what is usual. */
export async function planLint(
  request: LintRequest,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LintPlan> {
  const configFile = request.config ?? candidates(env).find((file) => fs.existsSync(file));
  const config = configFile === undefined ? standard : await parseHadolintConfig(textOf(configFile), configFile);
  const asked = Object.fromEntries(Object.entries(request.settings).filter(([, value]) => value !== undefined));
  return {
    settings: {
      ...config.settings,
      ...asked,
      severities: { ...config.settings.severities, ...request.settings.severities },
    },
    // What hadolint does by itself.
    failureThreshold: request.failureThreshold ?? config.failureThreshold ?? 'info',
    noFail: config.noFail,
    configFile,
  };
}

/** Where hadolint looks, in its order. */
function candidates(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const home = env['HOME'];
  const folders: readonly (readonly [string | undefined, string])[] = [
    ['.', '.hadolint'],
    [env['XDG_CONFIG_HOME'], 'hadolint'],
    [home, '.config/hadolint'],
    [home, '.hadolint/hadolint'],
    [home, 'hadolint/config'],
    [home, '.hadolint'],
  ];
  return folders.flatMap(([folder, name]) =>
    folder === undefined || folder === '' ? [] : ['.yaml', '.yml'].map((ending) => path.join(folder, name + ending)),
  );
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new CodedError('lint-configuration-unreadable', `${file} could not be read: ${why}`, { cause: error });
  }
}
