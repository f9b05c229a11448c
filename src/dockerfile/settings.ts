import type { LintSeverity } from './severity.ts';

/** What a label's value must look like, in hadolint's words. */
export const labelFormats = ['text', 'rawtext', 'url', 'semver', 'rfc3339', 'spdx', 'hash', 'email'] as const;
export type LabelFormat = (typeof labelFormats)[number];

/** How a file is linted, from flags, a configuration file and comments in the file itself. */
export interface LintSettings {
  /** Rules and aliases that are not asked. */
  readonly ignored: readonly string[];
  /** Rules that are off by default and asked for; `all` for every one. */
  readonly enabled: readonly string[];
  /** Severities by rule or alias; naming a rule that is off by default turns it on. */
  readonly severities: Readonly<Record<string, LintSeverity>>;
  /** Registries and prefixes that images may come from; empty: any. */
  readonly trustedRegistries: readonly string[];
  readonly labelSchema: Readonly<Record<string, LabelFormat>>;
  /** No labels but those of the schema. */
  readonly strictLabels: boolean;
  /** Whether comments in the file may ignore rules. */
  readonly inlineIgnores: boolean;
  /** The shell of base images whose `SHELL` the file doesn't say. */
  readonly shell: string | undefined;
}

/** Nothing is set. */
export const defaultSettings: LintSettings = {
  ignored: [],
  enabled: [],
  severities: {},
  trustedRegistries: [],
  labelSchema: {},
  strictLabels: false,
  inlineIgnores: true,
  shell: undefined,
};
