import { type Base, newestEndorsed, referenceOf } from '../../model/index.ts';

/** What a catalogue of bases offers for building on. */
export interface EndorsedBases {
  /** From purpose to the newest endorsed release, by digest. */
  readonly references: ReadonlyMap<string, string>;
  /** Where more than one base serves a purpose: which was taken. */
  readonly choices: ReadonlyMap<string, string>;
}

/** The endorsed bases of a catalogue by what they are for; of several for one purpose the first by name. */
export function endorsedBases(bases: readonly Base[], platform?: string): EndorsedBases {
  const references = new Map<string, string>();
  const names = new Map<string, string[]>();
  for (const base of [...bases].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const release = newestEndorsed(base, platform);
    if (release === undefined) continue;
    const reference = referenceOf(release);
    // Archives and layouts are no names that a FROM takes.
    if (/^(?:archive|layout):/.test(reference)) continue;
    names.set(base.purpose, [...(names.get(base.purpose) ?? []), base.name]);
    if (!references.has(base.purpose)) references.set(base.purpose, reference);
  }
  const choices = new Map<string, string>();
  for (const [purpose, [taken, ...others]] of names)
    if (others.length > 0)
      choices.set(purpose, `${taken!} is taken for ${purpose}; ${others.join(', ')} would do as well`);
  return { references, choices };
}
