import { CodedError } from '../model/index.ts';
import { nearest } from './read/nearest.ts';
import { lintSeverities, type LintSeverity } from './severity.ts';
import { defaultSettings, type LabelFormat, labelFormats, type LintSettings } from './settings.ts';

/** From which severity on a finding fails: `none` never does. */
export type FailureThreshold = LintSeverity | 'none';

/** What `.hadolint.yaml` says. */
export interface HadolintConfig {
  readonly settings: LintSettings;
  readonly failureThreshold: FailureThreshold | undefined;
  readonly noFail: boolean;
}

const largestBytes = 256 * 1024;
/** Those that say how hadolint prints are taken, and mean nothing here. */
const keys = [
  'disable-ignore-pragma',
  'failure-threshold',
  'format',
  'ignored',
  'label-schema',
  'no-color',
  'no-fail',
  'output',
  'override',
  'strict-labels',
  'trustedRegistries',
  'verbose',
] as const;

/** Reads a configuration of hadolint 2 from its text. Throws `lint-configuration-invalid`, which names the file and the key. */
export async function parseHadolintConfig(text: string, fileName: string): Promise<HadolintConfig> {
  const refuse = (why: string, hint?: string): CodedError =>
    new CodedError('lint-configuration-invalid', `${fileName}: ${why}`, hint === undefined ? {} : { hint });
  if (text.length > largestBytes) throw refuse('is larger than 256 KiB');
  // The library is CommonJS: in the bundled program its names stand under `default` alone.
  const { parse } = (await import('yaml')).default;
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 10, logLevel: 'error' });
  } catch (error) {
    if (error instanceof RangeError) throw refuse('is nested too deep');
    throw refuse(error instanceof Error ? error.message.split('\n', 1)[0]! : 'is not YAML');
  }
  if (value === null || value === undefined)
    return { settings: defaultSettings, failureThreshold: undefined, noFail: false };
  if (!isMapping(value)) throw refuse('must hold "name: value" lines');
  for (const key of Object.keys(value))
    if (!keys.some((known) => known === key)) {
      const near = nearest(key, keys);
      throw refuse(
        `there is no setting ${JSON.stringify(key)}`,
        near === undefined ? undefined : `did you mean ${near}?`,
      );
    }
  const read = new Reader(value, refuse);
  return {
    settings: {
      ...defaultSettings,
      ignored: read.texts('ignored'),
      severities: read.severities(),
      trustedRegistries: read.texts('trustedRegistries'),
      labelSchema: read.labelSchema(),
      strictLabels: read.boolean('strict-labels'),
      inlineIgnores: !read.boolean('disable-ignore-pragma'),
    },
    failureThreshold: read.threshold(),
    noFail: read.boolean('no-fail'),
  };
}

/** `error`, `warning`, `info`, `style`, `none`; undefined for anything else. hadolint's `ignore` lets everything fail. */
export function parseThreshold(text: string): FailureThreshold | undefined {
  const wanted = text.toLowerCase();
  if (wanted === 'ignore') return 'style';
  return wanted === 'none' ? 'none' : lintSeverities.find((severity) => severity === wanted);
}

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class Reader {
  readonly #values: Mapping;
  readonly #refuse: (why: string, hint?: string) => CodedError;

  constructor(values: Mapping, refuse: (why: string, hint?: string) => CodedError) {
    this.#values = values;
    this.#refuse = refuse;
  }

  boolean(key: string): boolean {
    const value = this.#values[key] ?? false;
    if (typeof value !== 'boolean') throw this.#refuse(`${key} must be true or false`);
    return value;
  }

  texts(key: string, values: Mapping = this.#values): readonly string[] {
    const value = values[key] ?? [];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((item) => {
      if (typeof item !== 'string') throw this.#refuse(`${key} must be a list of texts`);
      return item;
    });
  }

  severities(): Readonly<Record<string, LintSeverity>> {
    const override = this.#values['override'] ?? {};
    if (!isMapping(override))
      throw this.#refuse('override must have lists of rules under error, warning, info and style');
    const severities: Record<string, LintSeverity> = Object.create(null) as Record<string, LintSeverity>;
    for (const key of Object.keys(override)) {
      const severity = lintSeverities.find((known) => known === key);
      if (severity === undefined) throw this.#refuse(`override has no ${JSON.stringify(key)}`);
      for (const rule of this.texts(key, override)) severities[rule] = severity;
    }
    return severities;
  }

  labelSchema(): Readonly<Record<string, LabelFormat>> {
    const schema = this.#values['label-schema'] ?? {};
    if (!isMapping(schema)) throw this.#refuse('label-schema must give each label a form');
    const formats: Record<string, LabelFormat> = Object.create(null) as Record<string, LabelFormat>;
    for (const [label, format] of Object.entries(schema)) {
      const known = labelFormats.find((each) => each === format);
      if (known === undefined) throw this.#refuse(`label-schema: ${label} must be one of ${labelFormats.join(', ')}`);
      formats[label] = known;
    }
    return formats;
  }

  threshold(): FailureThreshold | undefined {
    const value = this.#values['failure-threshold'];
    if (value === undefined) return undefined;
    const threshold = typeof value === 'string' ? parseThreshold(value) : undefined;
    if (threshold === undefined)
      throw this.#refuse(`failure-threshold must be one of ${lintSeverities.join(', ')}, none`);
    return threshold;
  }
}
