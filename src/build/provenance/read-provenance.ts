import type { z as Zod } from 'zod';
import { CodedError, type Digest, parseDigest } from '../../model/index.ts';
import { buildNetworks, type BuildParameters, type ImageDependency, type SourceRecord } from './build-record.ts';
import { buildType, provenanceType } from './write-provenance.ts';

/** What of provenance a rebuild needs. */
export interface RebuildRecipe {
  /** The image that was made; absent in a bare predicate. */
  readonly subject?: Digest;
  readonly source: SourceRecord;
  readonly parameters: BuildParameters;
  readonly engine: { readonly name: string; readonly version: string };
  readonly sourceDateEpoch?: number;
  readonly packedBy?: string;
  readonly images: readonly ImageDependency[];
  readonly dockerfileDigest?: Digest;
  readonly configDigest?: Digest;
  readonly layers: readonly { readonly diffId?: Digest; readonly digest: Digest }[];
  /** Who is said to have built it. */
  readonly builderId: string;
}

const largestBytes = 4 << 20;

/**
 * Reads provenance of a build of ours: an in-toto statement, an envelope around one (DSSE, or a Sigstore bundle's), or the
 * predicate alone. Says nothing of who signed it.
 * @throws CodedError `bad-provenance`; `not-rebuildable` where it can be read and no commit was built.
 */
export async function readProvenance(bytes: Uint8Array, what: string): Promise<RebuildRecipe> {
  const { z } = await import('zod');
  const { predicate, subject } = unwrapped(bytes, what);
  const read = schema(z).safeParse(predicate);
  if (!read.success) {
    const issue = read.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    throw bad(what, `${where}${issue?.message ?? 'it is none'}`);
  }
  const { buildDefinition, runDetails } = read.data;
  const { externalParameters: outer, internalParameters: inner, resolvedDependencies } = buildDefinition;
  if (inner.dirty || outer.source === undefined)
    throw new CodedError(
      'not-rebuildable',
      `${what} says that ${outer.source === undefined ? 'no commit' : 'not the commit alone'} was built, so it can't be built again`,
    );
  const [, repository, ref] = /^git\+(.{1,4000}?)(?:@(refs\/[^@]{1,1000}))?$/.exec(outer.source.uri) ?? [];
  const { source: _source, secrets, ...parameters } = outer;
  const files = resolvedDependencies.filter(({ name }) => name === 'dockerfile');
  const config = runDetails.byproducts.find(({ name }) => name === 'config');
  const dockerfileDigest = shaOf(files[0]?.digest);
  const configDigest = shaOf(config?.digest);
  return {
    ...(subject === undefined ? {} : { subject }),
    source: {
      commit: outer.source.digest.gitCommit,
      ...(repository === undefined ? {} : { repository }),
      ...(ref === undefined ? {} : { ref }),
    },
    parameters: { ...parameters, secrets: secrets.map(({ id }) => id) } as BuildParameters,
    engine: inner.engine,
    ...(inner.sourceDateEpoch === undefined ? {} : { sourceDateEpoch: inner.sourceDateEpoch }),
    ...(inner.packedBy === undefined ? {} : { packedBy: inner.packedBy }),
    images: resolvedDependencies.flatMap(({ annotations, digest: set }) => {
      const digest = shaOf(set);
      if (annotations?.reference === undefined || annotations.role === undefined || digest === undefined) return [];
      const { role, reference, digestOf = 'manifest' } = annotations;
      return [{ role, reference, digest, digestOf }];
    }),
    ...(dockerfileDigest === undefined ? {} : { dockerfileDigest }),
    ...(configDigest === undefined ? {} : { configDigest }),
    layers: runDetails.byproducts.flatMap(({ name, digest: set, annotations }) => {
      const digest = shaOf(set);
      if (name !== 'layer' || digest === undefined) return [];
      const diffId = parseDigest(annotations?.diffId);
      return [{ digest, ...(diffId === undefined ? {} : { diffId }) }];
    }),
    builderId: runDetails.builder.id,
  };
}

function shaOf(set: Readonly<Record<string, string>> | undefined): Digest | undefined {
  return parseDigest(`sha256:${set?.['sha256'] ?? ''}`);
}

function bad(what: string, why: string): CodedError {
  return new CodedError('bad-provenance', `${what} is no provenance of a build of ours: ${why}`, {
    hint: `It must be a statement of type ${provenanceType} whose buildType is ${buildType}`,
  });
}

/** The predicate inside statement and envelope, however many of these are around it. */
function unwrapped(bytes: Uint8Array, what: string): { readonly predicate: unknown; readonly subject?: Digest } {
  let value = parsed(bytes, what);
  const bundled = memberOf(value, 'dsseEnvelope') ?? value;
  const payload = memberOf(bundled, 'payload');
  if (typeof payload === 'string') value = parsed(Buffer.from(payload, 'base64'), what);
  const type = memberOf(value, 'predicateType');
  if (type === undefined) return { predicate: value };
  if (type !== provenanceType) throw bad(what, `its predicate is of type ${JSON.stringify(type).slice(0, 200)}`);
  const subjects = memberOf(value, 'subject');
  const digest = memberOf(memberOf(Array.isArray(subjects) ? subjects[0] : undefined, 'digest'), 'sha256');
  const subject = parseDigest(`sha256:${typeof digest === 'string' ? digest : ''}`);
  return { predicate: memberOf(value, 'predicate'), ...(subject === undefined ? {} : { subject }) };
}

function parsed(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > largestBytes) throw bad(what, `it has more than ${largestBytes} bytes`);
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    throw bad(what, 'it is not JSON');
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Only what a rebuild relies on is looked at; others may add members (slsa.dev/spec/v1.1/provenance § Parsing rules). */
function schema(z: typeof Zod) {
  const text = z.string().max(4096);
  const texts = z.record(text, z.string().max(65_536)).refine((map) => Object.keys(map).length <= 1000, 'too many');
  // A folder or file of the source and nothing outside it.
  const inside = text.min(1).refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
    message: 'must lie inside the source',
  });
  const dependency = z.object({
    name: text.optional(),
    uri: text.optional(),
    digest: z.record(text, text).optional(),
    annotations: z
      .object({
        role: z.enum(['base', 'stage', 'frontend']).optional(),
        reference: text.optional(),
        digestOf: z.enum(['manifest', 'config']).optional(),
        diffId: text.optional(),
      })
      .optional(),
  });
  return z.object({
    buildDefinition: z.object({
      buildType: z.literal(buildType),
      externalParameters: z.object({
        source: z
          .object({
            uri: text,
            digest: z.object({ gitCommit: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/) }),
          })
          .optional(),
        context: inside,
        dockerfile: inside,
        target: text.min(1).optional(),
        platform: text.min(1).optional(),
        buildArgs: texts,
        labels: texts,
        network: z.enum(buildNetworks),
        secrets: z.array(z.object({ id: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/) })).max(100),
        references: z.array(text).max(100),
        reproducible: z.boolean(),
      }),
      internalParameters: z.object({
        engine: z.object({ name: text, version: text }),
        sourceDateEpoch: z.number().int().min(0).optional(),
        dirty: z.boolean(),
        packedBy: text.optional(),
      }),
      resolvedDependencies: z.array(dependency).max(10_000),
    }),
    runDetails: z.object({
      builder: z.object({ id: text }),
      byproducts: z.array(dependency).max(10_000).default([]),
    }),
  });
}
