import { hash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  type BuilderIdentity,
  type BuildRecord,
  type ChosenEngine,
  ciFacts,
  findEngine,
  gitSource,
  type ImageDependency,
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
import { type Asked, buildParameters, requester, sourceDateEpoch, sourceRecord } from './build-parameters.ts';
import { buildPinned, type PinnedBuild } from './build-pinned.ts';
import { type BuildPlace, buildPlace, contextFolder } from './build-place.ts';
import { checkSource, type CheckedSource } from './check-source.ts';
import { builderFor } from './find-builder.ts';
import { judgeBuilt } from './judge-built.ts';
import type { MadeImage } from './make-image.ts';
import { movedTo, pinImage, type ResolveOptions } from './resolve-images.ts';
import { mountSecrets } from './secrets.ts';
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
  const references = options.references.map(tagOf);
  const context = contextFolder(options.context);
  const ci = ciFacts(world.env);
  const source = await gitSource(context, world);
  const asked: Asked = { source, ci, builder, references };
  const checked = await checkTerms(context, asked, options);
  return withWorkFolder(world.env, async (work) => {
    const place = await buildPlace({ context, dockerfile: options.dockerfile, source, checked, work }, world);
    const parameters = buildParameters(place, asked, options);
    const chosen = await findEngine(options.engine, world);
    const resolving = resolveOptions(chosen, options, world);
    const built = await build({ work, place, parameters, chosen, resolving, source }, options, world);
    const images = await withMoves(built, resolving, options);
    const judged = await judgeBuilt({ ...built, parameters }, options);
    const record: BuildRecord = {
      ...(source === undefined ? {} : { source: sourceRecord(source, ci) }),
      parameters,
      conditions: conditionsOf(asked, { chosen, checked }, options),
      images,
      dockerfileDigest: sha256Digest(hash('sha256', place.text, 'hex')),
      builder: { id: builder.id, version: program.replace(/^plimsoll /, '') },
      run: {
        invocationId: ci?.run ?? `urn:uuid:${randomUUID()}`,
        startedOn: options.scan.now.toISOString(),
        finishedOn: options.clock().toISOString(),
      },
      made: built.made,
    };
    const provenance = provenancePredicate(record);
    return deliver({ made: built.made, ...judged, build: record, provenance, builder, references });
  });
}

/** What is built for gets its digest from the build. */
function tagOf(text: string): string {
  const reference = parseReference(text);
  if (reference.digest === undefined) return fullName(reference);
  throw new CodedError('bad-reference', `${text} names a digest; what is built gets a tag`, { kind: 'usage' });
}

async function checkTerms(
  context: string,
  { source, ci, references }: Asked,
  options: BuildOptions,
): Promise<CheckedSource> {
  const { policy, scope, environment, team, regulations } = options.judge;
  const chosen = policy === undefined ? defaultPolicy : await loadPolicy(policy);
  const [reference] = references;
  const terms = buildTerms(chosen, { scope, environment, team, regulations, reference });
  return checkSource(context, source, { terms, allowDirty: options.allowDirty, ...(ci === undefined ? {} : { ci }) });
}

function resolveOptions({ ready }: ChosenEngine, { scan, pull, platform }: BuildOptions, world: World): ResolveOptions {
  const { insecureHttp, signal, cacheDirectory, env, offline } = scan;
  const open: OpenImageOptions = { insecureHttp, signal, cacheDirectory, env, offline };
  return { engine: ready, world, open, pull, ...(platform === undefined ? {} : { platform }) };
}

interface Build extends Pick<Asked, 'source'> {
  readonly work: string;
  readonly place: BuildPlace;
  readonly parameters: BuildRecord['parameters'];
  readonly chosen: ChosenEngine;
  readonly resolving: ResolveOptions;
}

async function build(
  { work, place, parameters, chosen, resolving, source }: Build,
  options: BuildOptions,
  world: World,
): Promise<PinnedBuild> {
  const { kind, ready } = chosen;
  const secrets = options.secrets.map((text) => parseSecret(text, world.env));
  if (secrets.length > 0 && !kind.takesSecrets)
    throw new CodedError('secrets-unsupported', `${kind.name} can't mount secrets`, {
      kind: 'usage',
      hint: 'Build with --engine buildkit, buildx or buildah',
    });
  return buildPinned({
    kind,
    engine: ready,
    world,
    open: resolving.open,
    work,
    source: place.folder,
    sourceIsOurs: place.isOurs,
    parameters,
    dockerfile: place.text,
    mounts: mountSecrets(secrets, join(work, 'secrets'), world.env),
    noCache: options.noCache,
    insecureHttp: options.scan.insecureHttp,
    sourceDateEpoch: sourceDateEpoch(options, source),
    pin: (taken) => pinImage(taken, resolving),
    onLine: options.onLine,
  });
}

/** Says of names that lead elsewhere by now what they lead to: the image stands on what they meant at the beginning. */
async function withMoves(
  { pinned, taken }: PinnedBuild,
  resolving: ResolveOptions,
  { onNote }: BuildOptions,
): Promise<readonly ImageDependency[]> {
  const images: ImageDependency[] = [];
  for (const [index, { role, reference, digest, digestOf }] of pinned.entries()) {
    const moved = await movedTo(pinned[index]!, taken[index]!, resolving);
    if (moved !== undefined)
      onNote(`${reference} moved during the build: it was ${digest}, which was built on, and is ${moved} now`);
    images.push({ role, reference, digest, digestOf, ...(moved === undefined ? {} : { movedTo: moved }) });
  }
  return images;
}

function conditionsOf(
  { source, ci }: Asked,
  { chosen, checked }: { readonly chosen: ChosenEngine; readonly checked: CheckedSource },
  options: BuildOptions,
): BuildRecord['conditions'] {
  const epoch = sourceDateEpoch(options, source);
  return {
    engine: { name: chosen.ready.name, version: chosen.ready.version },
    ...(epoch === undefined ? {} : { sourceDateEpoch: epoch }),
    ...checked,
    changed: source?.changed ?? [],
    local: options.local,
    ...(ci === undefined ? {} : { ci: ci.system }),
    requestedBy: requester(options, ci),
    packedBy,
  };
}
