import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  exportCommit,
  fetchCommit,
  findEngine,
  parseSecret,
  type RebuildRecipe,
  type ReadyEngine,
  type World,
} from '../../build/index.ts';
import { openImage, type OpenImageOptions, parseReference } from '../../image/index.ts';
import { packedBy } from '../../image/write/index.ts';
import { CodedError, type Digest, sha256Digest } from '../../model/index.ts';
import {
  buildPinned,
  mountSecrets,
  pinImage,
  type PinnedImage,
  readDockerfile,
  type TakenImage,
  withWorkFolder,
} from '../build/index.ts';
import { compareImages } from './compare-images.ts';
import type { Difference } from './differences.ts';
import { findRecipe, type FindRecipeOptions } from './find-recipe.ts';

export interface RebuildOptions extends FindRecipeOptions {
  readonly open: OpenImageOptions;
  readonly world: World;
  /** The image to compare with, where it is not the one that the provenance was found with. */
  readonly image?: string;
  /** A folder or address that has the commit, in place of the one that the provenance names. */
  readonly source?: string;
  readonly secrets: readonly string[];
  readonly engine?: string;
  readonly insecureHttp: boolean;
  onLine(line: string): void;
}

/** Whether an image comes out again. */
export interface Rebuilt {
  readonly result: 'same' | 'differs' | 'cannot-tell';
  /** Why it can't be told. */
  readonly why?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly recipe?: RebuildRecipe;
  readonly where?: string;
  readonly signedBy?: string;
  readonly before?: Digest;
  readonly after?: Digest;
  readonly differences: readonly Difference[];
  readonly isCut: boolean;
  /** What was not as it was then, and may explain a difference. */
  readonly notes: readonly string[];
}

/**
 * Builds an image again from its provenance (the commit, the bases by digest, the same parameters) and says in what the two
 * differ. What keeps it from being built is a reason why it can't be told, not a failure.
 * @throws CodedError of `usage` kind only.
 */
export async function rebuildImage(target: string, options: RebuildOptions): Promise<Rebuilt> {
  const nothing = { differences: [], isCut: false, notes: [] };
  try {
    const found = await findRecipe(target, options);
    const { recipe, where, signedBy } = found;
    checkNetwork(recipe, signedBy);
    const rebuilt = await withWorkFolder(options.world.env, (work) =>
      build(recipe, options.image ?? found.image, { ...options, work }),
    );
    return { ...rebuilt, recipe, where, ...(signedBy === undefined ? {} : { signedBy }) };
  } catch (error) {
    if (!(error instanceof CodedError) || options.world.signal.aborted) throw error;
    // An engine that provenance names and nobody knows is no mistake of the user's.
    const isTheirs = error.kind === 'usage' && (error.code !== 'unknown-engine' || options.engine !== undefined);
    if (isTheirs) throw error;
    const { code, message, hint } = error;
    return { ...nothing, result: 'cannot-tell', why: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
}

/** Its commands run here. What nobody enrolled signed does not reach what listens on this machine alone. */
function checkNetwork({ parameters }: RebuildRecipe, signedBy: string | undefined): void {
  if (parameters.network === 'host' && signedBy === undefined)
    throw new CodedError(
      'host-network-unsigned',
      "its steps ask for this machine's own network, and nobody signed that",
      {
        hint: '--trust-root FILE: what an enrolled builder signed may have it',
      },
    );
}

interface Working extends RebuildOptions {
  readonly work: string;
}

async function build(
  recipe: RebuildRecipe,
  image: string | undefined,
  options: Working,
): Promise<Pick<Rebuilt, 'result' | 'before' | 'after' | 'differences' | 'isCut' | 'notes'>> {
  const { world, open, work } = options;
  const { parameters, sourceDateEpoch } = recipe;
  const notes: string[] = [];
  const { kind, ready } = await findEngine(options.engine ?? recipe.engine.name, world);
  if (ready.name !== recipe.engine.name || ready.version !== recipe.engine.version)
    notes.push(`built with ${ready.name} ${ready.version}, then with ${recipe.engine.name} ${recipe.engine.version}`);
  if (recipe.packedBy !== undefined && recipe.packedBy !== packedBy)
    notes.push(`packed by ${packedBy}, then by ${recipe.packedBy}`);
  const folder = await sourceOf(recipe, options);
  const { made } = await buildPinned({
    kind,
    engine: ready,
    world,
    open,
    work,
    source: folder,
    sourceIsOurs: true,
    parameters,
    dockerfile: dockerfileOf(folder, recipe),
    mounts: mountSecrets(secretsOf(recipe, options), join(work, 'secrets'), world.env),
    noCache: true,
    insecureHttp: options.insecureHttp,
    sourceDateEpoch: parameters.reproducible ? sourceDateEpoch : undefined,
    pin: (taken) => pinAsThen(taken, recipe, ready, options),
    onLine: options.onLine,
  });
  const after = made.manifestDigest;
  if (image === undefined) return { after, notes, ...byDigests(recipe, made) };
  const [old, now] = [await openImage(image, open), await openImage(`layout:${made.layout}`, open)];
  try {
    const before = old.manifestDigest ?? old.configDigest;
    if (recipe.subject !== undefined && before !== recipe.subject)
      notes.push(`the provenance is of ${recipe.subject}, and what it was compared with is ${before}`);
    const { differences, isCut } = await compareImages(old, now, world.signal);
    return { result: differences.length === 0 ? 'same' : 'differs', before, after, differences, isCut, notes };
  } finally {
    await old.close();
    await now.close();
  }
}

/** Without the image there are only digests to compare. */
function byDigests(
  recipe: RebuildRecipe,
  made: {
    readonly manifestDigest: Digest;
    readonly configDigest: Digest;
    readonly layers: readonly { readonly diffId: Digest; readonly digest: Digest }[];
  },
): Pick<Rebuilt, 'result' | 'before' | 'differences' | 'isCut'> {
  if (recipe.subject === made.manifestDigest)
    return { result: 'same', before: recipe.subject, differences: [], isCut: false };
  const differences: Difference[] = [];
  const count = Math.max(recipe.layers.length, made.layers.length);
  for (let index = 0; index < count; index++) {
    const [old, now] = [recipe.layers[index], made.layers[index]];
    if (old?.digest === now?.digest) continue;
    const isPacking = old?.diffId !== undefined && old.diffId === now?.diffId;
    differences.push({
      where: 'layer',
      layer: index + 1,
      attribute: isPacking ? 'packing' : 'layer',
      before: old?.digest ?? 'not there',
      after: now?.digest ?? 'not there',
    });
  }
  if (recipe.configDigest !== made.configDigest)
    differences.push({
      where: 'config',
      attribute: 'config',
      before: recipe.configDigest ?? 'not known',
      after: made.configDigest,
    });
  if (differences.length === 0 && recipe.subject === undefined) return { result: 'same', differences, isCut: false };
  if (differences.length === 0)
    differences.push({
      where: 'manifest',
      attribute: 'manifest',
      before: recipe.subject ?? 'not known',
      after: made.manifestDigest,
    });
  return {
    result: 'differs',
    ...(recipe.subject === undefined ? {} : { before: recipe.subject }),
    differences,
    isCut: false,
  };
}

/** The commit's files, from where the provenance says or the user knows better. */
async function sourceOf(recipe: RebuildRecipe, { source, work, world }: Working): Promise<string> {
  const { commit, repository } = recipe.source;
  const folder = join(work, 'source');
  const isFolder = source !== undefined && statSync(source, { throwIfNoEntry: false })?.isDirectory() === true;
  const address = isFolder ? `file://${source}` : (source ?? repository);
  if (address === undefined)
    throw new CodedError('source-unreachable', 'the provenance names no address of its source', {
      hint: '--source names a folder or address that has the commit',
    });
  const fetched = await fetchCommit({ repository: address, commit, to: join(work, 'repository') }, world);
  await exportCommit(fetched, folder, world);
  return folder;
}

function dockerfileOf(folder: string, { dockerfileDigest, parameters }: RebuildRecipe): string {
  const text = readDockerfile(folder, parameters);
  const digest = sha256Digest(hash('sha256', text, 'hex'));
  if (dockerfileDigest === undefined || digest === dockerfileDigest) return text;
  throw new CodedError(
    'bad-provenance',
    `${parameters.dockerfile} of the commit is ${digest}, and ${dockerfileDigest} was built`,
  );
}

/** The image that was taken in then, and no other that goes by its name now. */
async function pinAsThen(
  taken: TakenImage,
  recipe: RebuildRecipe,
  engine: ReadyEngine,
  { world, open }: Working,
): Promise<PinnedImage> {
  const then = recipe.images.find(({ reference, role }) => reference === taken.reference && role === taken.role);
  if (then === undefined)
    throw new CodedError('bad-provenance', `the provenance does not say which ${taken.reference} was built on`);
  const { registry, repository } = parseReference(taken.reference);
  const exact = then.digestOf === 'config' ? then.digest : `${registry}/${repository}@${then.digest}`;
  try {
    const found = await pinImage({ ...taken, reference: exact }, { engine, world, open, pull: false });
    return { ...found, reference: taken.reference, digest: then.digest, digestOf: then.digestOf };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new CodedError(
      'base-gone',
      `${taken.reference} as it was built on (${then.digest}) can't be had: ${error.message}`,
      {
        hint:
          then.digestOf === 'config'
            ? 'It was in the engine alone: load it there again; bases from a registry can be found by anyone'
            : 'The registry no longer has that digest, or is out of reach',
        cause: error,
      },
    );
  }
}

function secretsOf({ parameters }: RebuildRecipe, { secrets, world }: Working) {
  const given = secrets.map((text) => parseSecret(text, world.env));
  const missing = parameters.secrets.filter((id) => !given.some((secret) => secret.id === id));
  if (missing.length > 0)
    throw new CodedError('secret-missing', `it was built with secrets that are not here: ${missing.join(', ')}`, {
      hint: `--secret id=${missing[0]!},src=FILE gives it`,
    });
  return given;
}
