import type { Digest } from '../../model/index.ts';
import type { BuildRecord, ImageDependency, SourceRecord } from './build-record.ts';

/** The predicate's type (slsa.dev/provenance v1). */
export const provenanceType = 'https://slsa.dev/provenance/v1';
/** Our build's type; what its parameters mean stands in docs/formats/provenance.md. */
export const buildType = 'https://plimsoll.dev/build-types/container/v1';

/** SLSA provenance of a build (slsa.dev/spec/v1.1/provenance). The same record gives the same bytes. */
export function provenancePredicate(record: BuildRecord): object {
  const { source, parameters, conditions, images, dockerfileDigest, builder, run, made } = record;
  const { context, dockerfile, target, platform, buildArgs, labels, network, secrets, references, reproducible } =
    parameters;
  const { engine, sourceDateEpoch, dirty, changed, unpushed, local, ci, requestedBy, packedBy } = conditions;
  const address = source === undefined ? undefined : sourceUri(source);
  return {
    buildDefinition: {
      buildType,
      externalParameters: {
        ...(source === undefined ? {} : { source: { uri: address, digest: { gitCommit: source.commit } } }),
        context,
        dockerfile,
        ...(target === undefined ? {} : { target }),
        ...(platform === undefined ? {} : { platform }),
        buildArgs: sorted(buildArgs),
        labels: sorted(labels),
        network,
        secrets: secrets.map((id) => ({ id })),
        references,
        reproducible,
      },
      internalParameters: {
        engine,
        ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
        dirty,
        ...(dirty && changed.length > 0 ? { changed } : {}),
        unpushed,
        ...(local ? { builder: 'local' } : {}),
        ...(ci === undefined ? {} : { ci }),
        ...(requestedBy === undefined ? {} : { requestedBy }),
        packedBy,
      },
      resolvedDependencies: [
        ...(source === undefined ? [] : [{ name: 'source', uri: address, digest: { gitCommit: source.commit } }]),
        {
          name: 'dockerfile',
          uri: `${address ?? 'file:'}#${encodeURI(dockerfile)}`,
          digest: digestSet(dockerfileDigest),
        },
        ...images.map((image) => ({
          name: image.role,
          uri: imageUri(image),
          digest: digestSet(image.digest),
          annotations: {
            role: image.role,
            reference: image.reference,
            digestOf: image.digestOf,
            ...(image.movedTo === undefined ? {} : { movedTo: image.movedTo }),
          },
        })),
      ],
    },
    runDetails: {
      builder: { id: builder.id, version: { plimsoll: builder.version, [engine.name]: engine.version } },
      metadata: run,
      byproducts: [
        { name: 'config', digest: digestSet(made.configDigest) },
        ...made.layers.map(({ diffId, digest }) => ({
          name: 'layer',
          digest: digestSet(digest),
          annotations: { diffId },
        })),
      ],
    },
  };
}

/** SPDX's form of a place in git: `git+https://host/team/app.git@refs/heads/main`. */
function sourceUri({ repository, ref, commit }: SourceRecord): string {
  return repository === undefined ? `git:${commit}` : `git+${repository}${ref === undefined ? '' : `@${ref}`}`;
}

/** A package URL of an image as BuildKit writes it, registry and all (purl-spec, docker). */
function imageUri({ reference }: ImageDependency): string {
  const bare = reference.replace(/@.*$/, '');
  const colon = bare.lastIndexOf(':');
  const hasTag = colon > bare.lastIndexOf('/');
  const name = hasTag ? bare.slice(0, colon) : bare;
  const path = name.split('/').map((part) => encodeURIComponent(part).replaceAll('%3A', ':'));
  return `pkg:docker/${path.join('/')}${hasTag ? `@${encodeURIComponent(bare.slice(colon + 1))}` : ''}`;
}

function digestSet(digest: Digest): Record<string, string> {
  const [algorithm, hex] = digest.split(':') as [string, string];
  return { [algorithm]: hex };
}

function sorted(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
