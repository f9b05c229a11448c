import { parseDigest, type ProvenanceFacts, type ProvenanceImage } from '../../model/index.ts';
import { listAt, member, textAt } from '../envelope/members.ts';

const dependencyLimit = 10_000;
const buildkitMetadata = 'https://mobyproject.org/buildkit@v1#metadata';
/** Names under which builders keep what they built, as `{uri, digest}` or as text. */
const sourceNames: readonly string[] = ['source', 'configSource', 'workflow'];

/**
 * What SLSA provenance says, whoever wrote it: our builder, BuildKit, GitHub's and others' (slsa.dev/provenance v1:
 * `buildDefinition`, `runDetails`; v0.2: `invocation`, `materials`).
 */
export function provenanceFacts(predicate: unknown): ProvenanceFacts | undefined {
  const isV1 = member(predicate, 'buildDefinition') !== undefined;
  const dependencies = isV1
    ? listAt(predicate, dependencyLimit, 'buildDefinition', 'resolvedDependencies')
    : listAt(predicate, dependencyLimit, 'materials');
  const builderId = isV1 ? textAt(predicate, 'runDetails', 'builder', 'id') : textAt(predicate, 'builder', 'id');
  const buildType = isV1 ? textAt(predicate, 'buildDefinition', 'buildType') : textAt(predicate, 'buildType');
  if (builderId === undefined && buildType === undefined) return undefined;
  const metadata = isV1 ? member(predicate, 'runDetails', 'metadata') : member(predicate, 'metadata');
  const startedAt = textAt(metadata, 'startedOn') ?? textAt(metadata, 'buildStartedOn');
  const finishedAt = textAt(metadata, 'finishedOn') ?? textAt(metadata, 'buildFinishedOn');
  const invocationId = textAt(metadata, 'invocationId') ?? textAt(metadata, 'buildInvocationID');
  // BuildKit keeps what its client said of the working tree among its own metadata.
  const ofClient = member(metadata, 'buildkit_metadata', 'vcs') ?? member(metadata, buildkitMetadata, 'vcs');
  const said = textAt(ofClient, 'revision');
  const isDirty = said?.endsWith('-dirty') === true;
  const source = sourceOf(predicate, isV1, dependencies) ?? clientSource(ofClient, said?.replace(/-dirty$/, ''));
  const dirty = isDirty || member(predicate, 'buildDefinition', 'internalParameters', 'dirty') === true;
  return {
    kind: 'provenance',
    ...(builderId === undefined ? {} : { builderId }),
    ...(buildType === undefined ? {} : { buildType }),
    ...(source === undefined ? {} : { source }),
    images: dependencies.map(imageOf).filter((image) => image !== undefined),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(invocationId === undefined ? {} : { invocationId }),
    ...(dirty ? { dirty } : {}),
  };
}

function clientSource(vcs: unknown, revision: string | undefined): ProvenanceFacts['source'] {
  const uri = textAt(vcs, 'source');
  return uri === undefined ? undefined : withRevision(uri, revision);
}

function sourceOf(predicate: unknown, isV1: boolean, dependencies: readonly unknown[]): ProvenanceFacts['source'] {
  const parameters = isV1
    ? member(predicate, 'buildDefinition', 'externalParameters')
    : member(predicate, 'invocation');
  for (const name of sourceNames) {
    const given = member(parameters, name);
    const uri = typeof given === 'string' ? given : (textAt(given, 'uri') ?? textAt(given, 'repository'));
    if (uri === undefined || uri === '' || uri.length > 4096) continue;
    const found = withRevision(uri, textAt(given, 'digest', 'sha1') ?? textAt(given, 'digest', 'gitCommit'));
    return found.revision === undefined ? withRevisionOf(found, dependencies) : found;
  }
  // BuildKit names a context that it fetched; a local one it can't name.
  const context = textAt(member(parameters, 'request', 'args') ?? member(parameters, 'parameters', 'args'), 'context');
  const fetched = context ?? gitDependency(dependencies)?.uri;
  return fetched === undefined || !isRepository(fetched)
    ? undefined
    : withRevisionOf(withRevision(fetched, undefined), dependencies);
}

/** The revision stands with the dependency of the same address. */
function withRevisionOf(
  source: NonNullable<ProvenanceFacts['source']>,
  dependencies: readonly unknown[],
): NonNullable<ProvenanceFacts['source']> {
  if (source.revision !== undefined) return source;
  const same = dependencies.find((each) => withRevision(textAt(each, 'uri') ?? '', undefined).uri === source.uri);
  const revision = textAt(same, 'digest', 'gitCommit') ?? textAt(same, 'digest', 'sha1');
  return revision === undefined ? source : { ...source, revision };
}

function gitDependency(dependencies: readonly unknown[]): { uri: string } | undefined {
  const uri = dependencies.map((each) => textAt(each, 'uri')).find((each) => each !== undefined && isRepository(each));
  return uri === undefined ? undefined : { uri };
}

function isRepository(uri: string): boolean {
  return /^git\+|^git:\/\/|^git@|\.git(?:[@#]|$)|^ssh:\/\//.test(uri);
}

/** `git+https://host/team/app.git@refs/heads/main#dir` is the repository `https://host/team/app`. */
function withRevision(uri: string, revision: string | undefined): NonNullable<ProvenanceFacts['source']> {
  const hash = uri.indexOf('#');
  const address = (hash < 0 ? uri : uri.slice(0, hash))
    .replace(/^git\+/, '')
    .replace(/^([\w.-]{1,100}@[\w.-]{1,255}):(?!\/)/, 'ssh://$1/');
  const scheme = address.indexOf('://');
  const path = scheme < 0 ? -1 : address.indexOf('/', scheme + 3);
  const at = path < 0 ? -1 : address.indexOf('@', path);
  const bare = at < 0 ? address : address.slice(0, at);
  // `https://host/team/../other` is `https://host/other`: patterns must see what git would fetch.
  const plain = URL.canParse(bare) ? new URL(bare).href : bare;
  return { uri: plain.replace(/\/$/, '').replace(/\.git$/, ''), ...(revision === undefined ? {} : { revision }) };
}

/** An image among what a build took in: `pkg:docker/debian@12?platform=…`, `pkg:oci/…`, `docker-image://…`. */
function imageOf(dependency: unknown): ProvenanceImage | undefined {
  const uri = textAt(dependency, 'uri');
  if (uri === undefined) return undefined;
  const reference = imageReference(uri);
  if (reference === undefined) return undefined;
  const digest =
    parseDigest(`sha256:${textAt(dependency, 'digest', 'sha256') ?? ''}`) ??
    parseDigest(reference.slice(reference.indexOf('@') + 1));
  const isBase = textAt(dependency, 'annotations', 'role') === 'base' || textAt(dependency, 'name') === 'base';
  return { reference, ...(digest === undefined ? {} : { digest }), isBase };
}

function imageReference(uri: string): string | undefined {
  const plain = /^(?:docker-image|oci|docker):\/\/(.{1,2000})$/.exec(uri)?.[1];
  if (plain !== undefined) return plain;
  const parts = /^pkg:(?:docker|oci)\/([^@?#]{1,1000})(?:@([^?#]{1,300}))?(?:\?([^#]{0,2000}))?/.exec(uri);
  if (parts === null) return undefined;
  const qualifiers = new URLSearchParams(parts[3] ?? '');
  const version = decoded(parts[2]);
  const name = qualifiers.get('repository_url') ?? decoded(parts[1]) ?? '';
  const tag = qualifiers.get('tag') ?? (version === undefined || version.startsWith('sha256:') ? undefined : version);
  const digest = qualifiers.get('digest') ?? (version?.startsWith('sha256:') === true ? version : undefined);
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === null || digest === undefined ? '' : `@${digest}`}`;
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
