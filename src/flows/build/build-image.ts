import { hash, randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import {
  auditLabels,
  type BuilderIdentity,
  type BuildParameters,
  type BuildRecord,
  type CiFacts,
  ciFacts,
  exportCommit,
  findEngine,
  type GitSource,
  gitSource,
  parseBuildArguments,
  parseLabels,
  parseSecret,
  provenancePredicate,
  type World,
} from '../../build/index.ts';
import { fullName, type OpenImageOptions, parseReference } from '../../image/index.ts';
import { packedBy } from '../../image/write/index.ts';
import { CodedError, type ImageRecord, sha256Digest, type Verdict } from '../../model/index.ts';
import { buildTerms, defaultPolicy } from '../../policy/index.ts';
import { engine as program } from '../engine.ts';
import { loadPolicy } from '../policy/index.ts';
import type { BuildOptions } from './build-options.ts';
import { checkSource, type CheckedSource } from './check-source.ts';
import { takenImages } from './dockerfile-images.ts';
import { builderFor } from './find-builder.ts';
import { judgeBuilt } from './judge-built.ts';
import { makeImage, type MadeImage, pinnedDockerfile } from './make-image.ts';
import { movedTo, pinImage, type PinnedImage } from './resolve-images.ts';
import { mountSecrets, secretTitle } from './secrets.ts';
import { withWorkFolder } from './work-folder.ts';

/** An image that was built and judged; it lies in a folder that goes when whoever is handed this is done. */
export interface BuiltAndJudged {
  readonly made: MadeImage;
  readonly record: ImageRecord;
  readonly verdict: Verdict;
  readonly complaints: readonly string[];
  readonly build: BuildRecord;
  /** SLSA provenance. */
  readonly provenance: object;
  readonly builder: BuilderIdentity;
  readonly references: readonly string[];
}

/**
 * Builds an image of a commit, on bases that are pinned before, scans and judges it, and hands it on. Whether it may go
 * anywhere is for the verdict to say.
 * @throws CodedError; each refusal has its code.
 */
export async function buildImage<T>(options: BuildOptions, deliver: (built: BuiltAndJudged) => Promise<T>): Promise<T> {
  const world: World = { env: options.scan.env, signal: options.scan.signal };
  const builder = await builderFor({ local: options.local, file: options.builderFile }, world.env);
  const references = options.references.map((text) => fullName(parseReference(text)));
  const context = folderOf(options.context);
  const ci = ciFacts(world.env);
  const source = await gitSource(context, world);
  const checked = await checkTerms({ context, source, ci, references }, options);
  return withWorkFolder(world.env, async (work) => {
    const place = await placeOf({ context, source, checked, work }, options, world);
    const parameters = parametersOf({ place, source, ci, builder, references }, options);
    const startedOn = options.scan.now.toISOString();
    const { made, images, base, engine, dockerfileDigest, sourceDateEpoch } = await build(
      { work, place, parameters, source, checked },
      options,
      world,
    );
    const judged = await judgeBuilt({ made, base, parameters }, options);
    const run = { invocationId: ci?.run ?? `urn:uuid:${randomUUID()}`, startedOn, finishedOn: options.clock().toISOString() };
    const record: BuildRecord = {
      ...(source === undefined ? {} : { source: sourceRecord(source, ci) }),
      parameters,
      conditions: {
        engine,
        ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
        ...checked,
        changed: source?.changed ?? [],
        local: options.local,
        ...(ci === undefined ? {} : { ci: ci.system }),
        requestedBy: requesterOf(options, ci),
        packedBy,
      },
      images,
      dockerfileDigest,
      builder: { id: builder.id, version: program.replace(/^plimsoll /, '') },
      run,
      made,
    };
    const provenance = provenancePredicate(record);
    return deliver({ made, ...judged, build: record, provenance, builder, references });
  });
}

function folderOf(context: string): string {
  if (statSync(context, { throwIfNoEntry: false })?.isDirectory() === true) return realpathSync(context);
  throw new CodedError('context-missing', `${context} is no folder`, {
    kind: 'usage',
    hint: 'plimsoll build FOLDER -t REFERENCE; of a repository elsewhere, check it out first',
  });
}

interface Asked {
  readonly context: string;
  readonly source: GitSource | undefined;
  readonly ci: CiFacts | undefined;
  readonly references: readonly string[];
}

async function checkTerms({ context, source, ci, references }: Asked, options: BuildOptions): Promise<CheckedSource> {
  const { policy, waiverFiles: _w, vexFiles: _v, ...scopes } = options.judge;
  const chosen = policy === undefined ? defaultPolicy : await loadPolicy(policy);
  const reference = references[0];
  const terms = buildTerms(chosen, {}, { ...scopes, ...(reference === undefined ? {} : { reference }) });
  return checkSource(context, source, { terms, allowDirty: options.allowDirty, ...(ci === undefined ? {} : { ci }) });
}

/** Where what is built lies, and how it is called relative to that. */
interface Place {
  readonly folder: string;
  readonly context: string;
  readonly dockerfile: string;
}

/** The commit written out, or the working tree where that is built as it is. */
async function placeOf(
  { context, source, checked, work }: { context: string; source: GitSource | undefined; checked: CheckedSource; work: string },
  options: BuildOptions,
  world: World,
): Promise<Place> {
  const root = source?.root ?? context;
  const file = options.dockerfile === undefined ? join(context, 'Dockerfile') : resolve(options.dockerfile);
  const dockerfile = relative(root, file);
  const inside = relative(root, context) || '.';
  if (checked.dirty || source === undefined) return { folder: root, context: inside, dockerfile };
  if (dockerfile.startsWith('..') || isAbsolute(dockerfile))
    throw new CodedError('dockerfile-outside-source', `${file} lies outside of ${root}, so its commit does not have it`, {
      kind: 'usage',
      hint: 'Commit it to the same repository',
    });
  const folder = join(work, 'source');
  await exportCommit(source, folder, world);
  return { folder, context: inside, dockerfile };
}

function parametersOf(
  { place, source, ci, builder, references }: { place: Place; source: GitSource | undefined; ci: CiFacts | undefined; builder: BuilderIdentity; references: readonly string[] },
  options: BuildOptions,
): BuildParameters {
  const { env, now } = options.scan;
  const [reference] = references;
  const tag = source?.tag ?? ci?.tag;
  const isLatest = reference === undefined || /:latest$/.test(reference);
  const version = tag ?? (isLatest ? undefined : parseReference(reference).tag);
  const epoch = epochOf(options, source);
  const repository = source?.repository;
  const branch = source?.branch ?? ci?.branch;
  const labels = auditLabels(
    {
      ...(repository === undefined ? {} : { repository }),
      ...(source === undefined ? {} : { commit: source.commit }),
      ...(version === undefined ? {} : { version }),
      created: (epoch === undefined ? now : new Date(epoch * 1000)).toISOString().replace(/\.\d+Z$/, 'Z'),
      ...(reference === undefined ? {} : { reference }),
      ...(branch === undefined ? {} : { branch }),
      requestedBy: requesterOf(options, ci),
      builder: builder.name,
    },
    options.auditLabels,
  );
  return {
    context: place.context,
    dockerfile: place.dockerfile,
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    buildArgs: parseBuildArguments(options.buildArgs, env, secretTitle),
    labels: { ...labels, ...parseLabels(options.labels) },
    network: options.network,
    secrets: options.secrets.map((text) => parseSecret(text, env).id),
    references,
    reproducible: options.reproducible,
  };
}

/** The time that a reproducible build counts none beyond (reproducible-builds.org, SOURCE_DATE_EPOCH). */
function epochOf(options: BuildOptions, source: GitSource | undefined): number | undefined {
  if (!options.reproducible) return undefined;
  const given = options.scan.env['SOURCE_DATE_EPOCH'] ?? '';
  if (given !== '') {
    if (/^\d{1,12}$/.test(given)) return Number(given);
    throw new CodedError('bad-source-date-epoch', `SOURCE_DATE_EPOCH is ${JSON.stringify(given.slice(0, 40))}, not seconds since 1970`, { kind: 'usage' });
  }
  if (source !== undefined) return source.committedAt;
  throw new CodedError('reproducible-needs-commit', 'a reproducible build takes its time from the commit, and there is none', {
    kind: 'usage',
    hint: 'Commit the source, or set SOURCE_DATE_EPOCH',
  });
}

function requesterOf(options: BuildOptions, ci: CiFacts | undefined): string {
  return options.requestedBy ?? ci?.requestedBy ?? userInfo().username;
}

function sourceRecord(source: GitSource, ci: CiFacts | undefined): NonNullable<BuildRecord['source']> {
  const branch = source.branch ?? ci?.branch;
  const tag = source.tag ?? ci?.tag;
  const ref = tag !== undefined ? `refs/tags/${tag}` : branch !== undefined ? `refs/heads/${branch}` : undefined;
  return {
    commit: source.commit,
    ...(source.repository === undefined ? {} : { repository: source.repository }),
    ...(ref === undefined ? {} : { ref }),
  };
}

interface Build {
  readonly work: string;
  readonly place: Place;
  readonly parameters: BuildParameters;
  readonly source: GitSource | undefined;
  readonly checked: CheckedSource;
}

async function build({ work, place, parameters, source }: Build, options: BuildOptions, world: World) {
  const { kind, ready } = await findEngine(options.engine, world);
  const secrets = options.secrets.map((text) => parseSecret(text, world.env));
  if (secrets.length > 0 && !kind.takesSecrets)
    throw new CodedError('secrets-unsupported', `${kind.name} can't mount secrets`, {
      kind: 'usage',
      hint: 'Build with --engine buildkit, buildx or buildah',
    });
  const text = readDockerfile(join(place.folder, place.dockerfile));
  const machine = `linux/${{ x64: 'amd64', ia32: '386' }[process.arch as string] ?? process.arch}`;
  const taken = takenImages(text, {
    fileName: place.dockerfile,
    buildArgs: parameters.buildArgs,
    ...(parameters.target === undefined ? {} : { target: parameters.target }),
    platforms: { build: machine, target: parameters.platform ?? machine },
    everyStage: kind.buildsEveryStage,
    frontends: kind.runsFrontends,
  });
  const open = openOptionsOf(options);
  const resolving = { engine: ready, world, open, pull: options.pull, ...(parameters.platform === undefined ? {} : { platform: parameters.platform }) };
  const pinned: PinnedImage[] = [];
  for (const image of taken) pinned.push(await pinImage(image, resolving));
  const base = pinned.find(({ role }) => role === 'base');
  const sourceDateEpoch = epochOf(options, source);
  const made = await makeImage({
    engine: ready,
    world,
    open,
    work,
    source: place.folder,
    parameters,
    dockerfile: pinnedDockerfile(text, taken, pinned),
    base,
    mounts: mountSecrets(secrets, join(work, 'secrets'), world.env),
    noCache: options.noCache,
    plainHttp: options.scan.insecureHttp || pinned.some(({ reference }) => isLoopback(reference)),
    sourceDateEpoch,
    annotations: baseAnnotations(base),
    onLine: options.onLine,
  });
  const images = await withMoves(pinned, taken, { ...resolving, onNote: options.onNote });
  return {
    made,
    images,
    base,
    engine: { name: ready.name, version: ready.version },
    dockerfileDigest: sha256Digest(hash('sha256', text, 'hex')),
    sourceDateEpoch,
  };
}

/** Says of names that lead elsewhere by now what they lead to: the image stands on what they meant at the beginning. */
async function withMoves(
  pinned: readonly PinnedImage[],
  taken: ReturnType<typeof takenImages>,
  options: Parameters<typeof movedTo>[2] & { readonly onNote: (note: string) => void },
): Promise<BuildRecord['images']> {
  const images: BuildRecord['images'][number][] = [];
  for (const [index, { pin: _pin, diffIds: _diffIds, ...image }] of pinned.entries()) {
    const moved = await movedTo(pinned[index]!, taken[index]!, options);
    if (moved !== undefined)
      options.onNote(`${image.reference} moved while it was built on: it was ${image.digest}, which is what was used, and is ${moved} now`);
    images.push(moved === undefined ? image : { ...image, movedTo: moved });
  }
  return images;
}

/** Lets whoever has the image find its base (OCI image-spec, annotations.md § Pre-Defined Annotation Keys). */
function baseAnnotations(base: PinnedImage | undefined): Readonly<Record<string, string>> {
  if (base === undefined) return {};
  return {
    'org.opencontainers.image.base.name': fullName({ ...parseReference(base.reference), digest: undefined }),
    ...(base.digestOf === 'manifest' ? { 'org.opencontainers.image.base.digest': base.digest } : {}),
  };
}

function readDockerfile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('dockerfile-missing', `${basename(file)} could not be read: ${(cause as Error).message.replace(file, basename(file))}`, {
      kind: 'usage',
      hint: '-f names another; of a commit only what is committed counts',
      cause,
    });
  }
}

function openOptionsOf({ scan }: BuildOptions): OpenImageOptions {
  const { insecureHttp, signal, cacheDirectory, env, offline } = scan;
  return { insecureHttp, signal, cacheDirectory, env, offline };
}

function isLoopback(reference: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?\//.test(reference);
}
