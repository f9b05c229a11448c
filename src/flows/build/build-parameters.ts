import { userInfo } from 'node:os';
import {
  auditLabels,
  type BuilderIdentity,
  type BuildParameters,
  type BuildRecord,
  type CiFacts,
  type GitSource,
  parseBuildArguments,
  parseLabels,
  parseSecret,
} from '../../build/index.ts';
import { parseReference } from '../../image/index.ts';
import { CodedError } from '../../model/index.ts';
import type { BuildOptions } from './build-options.ts';
import { secretTitle } from './secrets.ts';

/** Who asks for what of which source. */
export interface Asked {
  readonly source: GitSource | undefined;
  readonly ci: CiFacts | undefined;
  readonly builder: BuilderIdentity;
  readonly references: readonly string[];
}

/** What the user decided, with the labels that follow from it. @throws CodedError for each mistake its own. */
export function buildParameters(
  place: { readonly context: string; readonly dockerfile: string },
  asked: Asked,
  options: BuildOptions,
): BuildParameters {
  const { env } = options.scan;
  return {
    context: place.context,
    dockerfile: place.dockerfile,
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    buildArgs: parseBuildArguments(options.buildArgs, env, secretTitle),
    labels: { ...labelsOf(asked, options), ...parseLabels(options.labels) },
    network: options.network,
    secrets: options.secrets.map((text) => parseSecret(text, env).id),
    references: asked.references,
    reproducible: options.reproducible,
  };
}

function labelsOf(asked: Asked, options: BuildOptions): Readonly<Record<string, string>> {
  const { source, ci, builder, references } = asked;
  const [reference] = references;
  const tag = source?.tag ?? ci?.tag;
  const isNamed = reference !== undefined && !reference.endsWith(':latest');
  const version = tag ?? (isNamed ? parseReference(reference).tag : undefined);
  const epoch = sourceDateEpoch(options, source);
  const branch = source?.branch ?? ci?.branch;
  return auditLabels(
    {
      ...(source?.repository === undefined ? {} : { repository: source.repository }),
      ...(source === undefined ? {} : { commit: source.commit }),
      ...(version === undefined ? {} : { version }),
      created: (epoch === undefined ? options.scan.now : new Date(epoch * 1000)).toISOString().replace(/\.\d+Z$/, 'Z'),
      ...(reference === undefined ? {} : { reference }),
      ...(branch === undefined ? {} : { branch }),
      requestedBy: requester(options, ci),
      builder: builder.name,
    },
    options.auditLabels,
  );
}

/** The time that a reproducible build counts none beyond (reproducible-builds.org, SOURCE_DATE_EPOCH). */
export function sourceDateEpoch(options: BuildOptions, source: GitSource | undefined): number | undefined {
  if (!options.reproducible) return undefined;
  const given = options.scan.env['SOURCE_DATE_EPOCH'] ?? '';
  if (given !== '') {
    if (/^\d{1,12}$/.test(given)) return Number(given);
    const shown = JSON.stringify(given.slice(0, 40));
    throw new CodedError('bad-source-date-epoch', `SOURCE_DATE_EPOCH is ${shown}, not seconds since 1970`, {
      kind: 'usage',
    });
  }
  if (source !== undefined) return source.committedAt;
  throw new CodedError(
    'reproducible-needs-commit',
    'a reproducible build takes its time from the commit, and there is none',
    {
      kind: 'usage',
      hint: 'Commit the source, or set SOURCE_DATE_EPOCH',
    },
  );
}

/** Who asked: as told, else whom the pipeline names, else who runs us. */
export function requester(options: BuildOptions, ci: CiFacts | undefined): string {
  return options.requestedBy ?? ci?.requestedBy ?? userInfo().username;
}

/** The commit as provenance names it. */
export function sourceRecord(source: GitSource, ci: CiFacts | undefined): NonNullable<BuildRecord['source']> {
  const branch = source.branch ?? ci?.branch;
  const tag = source.tag ?? ci?.tag;
  const ref = tag !== undefined ? `refs/tags/${tag}` : branch !== undefined ? `refs/heads/${branch}` : undefined;
  return {
    commit: source.commit,
    ...(source.repository === undefined ? {} : { repository: source.repository }),
    ...(ref === undefined ? {} : { ref }),
  };
}
