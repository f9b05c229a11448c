import { personWhoMay, withdrawn } from '../../bases/index.ts';
import { chosenRelease, type Doing } from '../../bases/index.ts';
import { type Base, CodedError } from '../../model/index.ts';
import { baseNamed, type Catalogue, readRoles, writeBase } from './catalogue-folder.ts';

/** Takes a base in as a candidate. Throws `base-exists`. */
export async function addBase(
  catalogue: Catalogue,
  facts: Omit<Base, 'state' | 'releases' | 'history'>,
  { by, at }: Doing,
): Promise<Base> {
  if (catalogue.bases.some(({ name }) => name === facts.name))
    throw new CodedError('base-exists', `there is a base ${facts.name} in ${catalogue.folder} already`, {
      hint: `plimsoll base assess ${facts.name} REF takes in a new release of it`,
      kind: 'usage',
    });
  const base: Base = { ...facts, state: 'candidate', releases: [], history: [{ at, by, what: 'added' }] };
  await writeBase(catalogue, base);
  return base;
}

export interface Withdrawing extends Doing {
  readonly name: string;
  readonly role: string;
  readonly state: 'deprecated' | 'retired';
  /** One release instead of the whole base. */
  readonly release?: string;
}

/** Deprecates or retires a base or one release of it: a person whose role lets them. */
export async function withdrawBase(
  catalogue: Catalogue,
  { name, role, state, release, ...doing }: Withdrawing,
): Promise<Base> {
  const base = baseNamed(catalogue, name);
  const deed = state === 'deprecated' ? 'deprecate' : 'retire';
  personWhoMay(await readRoles(catalogue.folder), deed, { by: doing.by, role });
  const digest = release === undefined ? undefined : chosenRelease(base, release).digest;
  const changed = withdrawn(base, state, { ...doing, ...(digest === undefined ? {} : { release: digest }) });
  await writeBase(catalogue, changed);
  return changed;
}
