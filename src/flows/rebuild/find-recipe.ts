import { existsSync, readFileSync, statSync } from 'node:fs';
import { readProvenance, type RebuildRecipe } from '../../build/index.ts';
import {
  detectSource,
  findSubject,
  openRepository,
  parseReference,
  type RepositoryOptions,
} from '../../image/index.ts';
import { CodedError } from '../../model/index.ts';
import { envelopeOf, examine, isReadable, type TrustRoot } from '../../trust/index.ts';
import { bundleClaims, openSearch, taggedAttestations } from '../verify/gather-claims.ts';

/** How an image was built, and the image where it can be had. */
export interface FoundRecipe {
  readonly recipe: RebuildRecipe;
  /** As it is named on the command line. */
  readonly image?: string;
  /** Where the provenance was. */
  readonly where: string;
  /** The enrolled builder that signed it; absent where nobody checked that. */
  readonly signedBy?: string;
}

export interface FindRecipeOptions {
  /** The provenance's file, where it is not beside the image. */
  readonly provenance?: string;
  readonly root?: TrustRoot;
  readonly now: Date;
  readonly platform?: string;
  readonly registry: RepositoryOptions;
}

const largestBytes = 16 << 20;

/**
 * Finds the provenance of what the user names: a file of it; an archive or layout with `.provenance.json` beside it; an image
 * of a registry with attestations.
 * @throws CodedError `no-provenance`, `bad-provenance`, `not-rebuildable`.
 */
export async function findRecipe(target: string, options: FindRecipeOptions): Promise<FoundRecipe> {
  const path = target.replace(/^(?:archive|layout):/, '');
  if (options.provenance !== undefined)
    return { recipe: await fromFile(options.provenance), image: target, where: options.provenance };
  if (isProvenanceFile(path)) return { recipe: await fromFile(path), where: path };
  const beside = `${path}.provenance.json`;
  if (existsSync(beside)) return { recipe: await fromFile(beside), image: target, where: beside };
  const detected = detectSource(target);
  if (detected.kind === 'image' && (detected.source === 'registry' || detected.source === 'engine-or-registry'))
    return fromRegistry(detected.target, options);
  throw new CodedError('no-provenance', `nothing says how ${target} was built: there is no ${beside}`, {
    hint: '--provenance FILE names it',
  });
}

function isProvenanceFile(path: string): boolean {
  return path.endsWith('.json') && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

async function fromFile(file: string): Promise<RebuildRecipe> {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size > largestBytes) throw new Error(`it has more than ${largestBytes} bytes`);
    bytes = readFileSync(file);
  } catch (cause) {
    throw new CodedError('no-provenance', `${file} could not be read: ${(cause as Error).message}`, { cause });
  }
  return readProvenance(bytes, file);
}

async function fromRegistry(target: string, options: FindRecipeOptions): Promise<FoundRecipe> {
  const reference = parseReference(target);
  const repository = openRepository(reference, options.registry);
  const isWanted = (type: string): boolean => type.startsWith('https://slsa.dev/provenance/');
  try {
    const subject = await findSubject(repository, reference, options.platform);
    const image = `registry:${repository.label}@${subject.digest}`;
    const search = openSearch(repository, isWanted);
    const claims = [
      ...(await bundleClaims(search, subject.digest)),
      ...(await taggedAttestations(search, subject.digest)),
    ];
    let complaint: CodedError | undefined;
    for (const claim of claims) {
      const envelope = isReadable(claim) ? envelopeOf(claim.bundle) : undefined;
      if (envelope === undefined) continue;
      let signedBy: string | undefined;
      if (options.root !== undefined) {
        const about = { repository: repository.label, digest: subject.digest, listed: [] };
        const { attestations } = examine([claim], about, { root: options.root, now: options.now }).evidence;
        signedBy = attestations[0]?.signer.name;
        if (signedBy === undefined) continue;
      }
      try {
        const recipe = await readProvenance(envelope.payload, claim.where);
        if (recipe.subject !== subject.digest) continue;
        return { recipe, image, where: claim.where, ...(signedBy === undefined ? {} : { signedBy }) };
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        complaint ??= error;
      }
    }
    throw (
      complaint ??
      new CodedError(
        'no-provenance',
        `nothing ${options.root === undefined ? '' : 'that an enrolled builder signed '}says how ${target} was built`,
        {
          hint: '--provenance FILE names it',
        },
      )
    );
  } finally {
    repository.close();
  }
}
