import type { Executable, ImageRecord, Package, Place } from '../model/index.ts';

/**
 * As much of a record as a policy's rules ask for, without what the advisory database says of it: what is kept to judge an image
 * again without its whole record. Conditions in CEL may ask for anything; where a policy has some, the whole record is read.
 */
export function judgingInput(record: ImageRecord): ImageRecord {
  const bare = withoutAdvisories(record);
  const shorter = <T extends { readonly place: Place }>(item: T): T => ({
    ...item,
    place: withoutInstruction(item.place, record),
  });
  return {
    ...bare,
    packages: record.packages.map(({ depends: _d, provides: _p, essential: _e, sizeBytes: _s, ...found }) =>
      shorter({ ...found, licenses: [] }),
    ),
    executables: record.executables.map((each) => shorter(shortened(each))),
    findings: bare.findings.map(shorter),
    accounts: record.accounts.map(shorter),
    certificates: record.certificates.map(shorter),
  };
}

/** What `judgingInput` left out of places because the layers say it is there again. */
export function recordOfInput(input: ImageRecord): ImageRecord {
  for (const list of [input.packages, input.executables, input.findings, input.accounts, input.certificates])
    for (const { place } of list) restore(place, input);
  return input;
}

/** The record as it is before advisories are looked up, wherever it comes from. */
export function withoutAdvisories(record: ImageRecord): ImageRecord {
  const { advisories: _advisories, ...rest } = record;
  return {
    ...rest,
    findings: record.findings.filter(({ kind }) => kind !== 'vulnerability'),
    problems: record.problems.filter(({ source }) => source !== 'advisories'),
  };
}

function shortened(executable: Executable): Executable {
  const { place, mode, uid, gid, links, capabilities, ownedBy, interpreter, elf, format } = executable;
  return {
    place,
    mode,
    uid,
    gid,
    links,
    format,
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(ownedBy === undefined ? {} : { ownedBy }),
    ...(interpreter === undefined ? {} : { interpreter }),
    // Rules ask whether it is one.
    ...(elf === undefined ? {} : { elf: {} }),
  } as Executable;
}

/** In place of an instruction that the layer has, too. */
const asInLayer = '=';

function withoutInstruction(place: Place, { layers }: ImageRecord): Place {
  if (place.instruction === undefined || place.layer === undefined) return place;
  return layers[place.layer]?.instruction === place.instruction ? { ...place, instruction: asInLayer } : place;
}

function restore(place: Place & { instruction?: string }, { layers }: ImageRecord): void {
  if (place.instruction !== asInLayer || place.layer === undefined) return;
  const instruction = layers[place.layer]?.instruction;
  if (instruction !== undefined) place.instruction = instruction;
}
