import { baseFinder, type FoundRelease, releasesByDigest } from '../../bases/index.ts';
import {
  type Base,
  type BaseStanding,
  CodedError,
  parseDigest,
  type ProvenanceImage,
  stateOf,
} from '../../model/index.ts';
import type { Catalogue } from './catalogue-folder.ts';
import { endorsementProblem } from './endorsement-problem.ts';

/**
 * Asks a catalogue who stands behind a base that provenance names: what it says of a release that it lists is final. A
 * release that it does not list it does not know, unless the whole base is retired.
 */
export function askCatalogue(catalogue: Catalogue): (base: ProvenanceImage) => Promise<BaseStanding | undefined> {
  const byDigest = releasesByDigest(catalogue.bases);
  const find = baseFinder(catalogue.bases);
  return async (image) => {
    const digest = image.digest ?? parseDigest(image.reference.split('@', 2)[1]);
    const found = digest === undefined ? undefined : byDigest.get(digest);
    if (found !== undefined) return { ...image, ...(await standingOf(found, catalogue)) };
    const named = find(digest === undefined ? image.reference : `${image.reference.split('@', 1)[0]!}@${digest}`);
    if (named?.state !== 'retired') return undefined;
    const base = catalogue.bases.find(({ name }) => name === named.name)!;
    return { ...image, ...retired(base) };
  };
}

type Standing = Omit<BaseStanding, 'reference' | 'digest'>;

async function standingOf({ base, release }: FoundRelease, catalogue: Catalogue): Promise<Standing> {
  const state = stateOf(base, release);
  if (state === 'retired') return retired(base, release.digest);
  const { endorsement, verdict } = release;
  if (state === 'candidate' || endorsement === undefined)
    return refused(`${base.name} has it as a candidate that nobody endorsed`);
  const problem = await endorsementProblem(catalogue, base, release).catch((error: unknown) => {
    if (error instanceof CodedError) return error.message;
    throw error;
  });
  if (problem !== undefined) return refused(`the catalogue's endorsement does not count: ${problem}`);
  const { by, role, at } = endorsement;
  const notes = [
    ...(state === 'deprecated' ? ['deprecated since'] : []),
    ...(verdict !== undefined && verdict.result !== 'pass' ? ['its own verdict no longer passes'] : []),
  ];
  const what = [`${base.name}, endorsed by ${by} as ${role} on ${at.slice(0, 10)}`, ...notes].join(', ');
  return { result: 'endorsed', what };
}

function refused(what: string): Standing {
  return { result: 'refused', code: 'base-not-endorsed', what };
}

/** Who retired it, when and why: of the release, else of the whole base. */
function retired(base: Base, release?: string): Standing {
  const event = base.history.findLast(
    (each) => each.what === 'retired' && (each.release === undefined || each.release === release),
  );
  const who = event === undefined ? '' : ` by ${event.by} on ${event.at.slice(0, 10)}`;
  const why = event?.why === undefined ? '' : `: ${event.why}`;
  return { result: 'refused', code: 'base-retired', what: `${base.name} was retired${who}${why}` };
}
