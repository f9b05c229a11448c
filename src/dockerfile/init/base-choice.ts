import { CodedError } from '../../model/index.ts';
import type { BaseUse } from './plan.ts';

/** Characters of an image reference (OCI distribution, "Pulling manifests"; docker's reference grammar). */
const referencePattern =
  /^[a-z0-9][a-z0-9._:/-]{0,254}(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Which image serves which purpose: those that were given, else the public one that the kind names. */
export class BaseChoice {
  readonly #given: ReadonlyMap<string, string>;

  /** From purpose to reference. Throws `base-invalid` where a reference is none. */
  constructor(given: ReadonlyMap<string, string> = new Map()) {
    for (const [purpose, reference] of given)
      if (!referencePattern.test(reference))
        throw new CodedError('base-invalid', `the base for ${purpose} is no image reference: "${reference}"`, {
          kind: 'usage',
          hint: 'write NAME=REFERENCE@DIGEST, for instance node=registry.example.com/bases/node@sha256:…',
        });
    this.#given = given;
  }

  /** The base for a purpose; `fallback` is a public image by its tag. */
  for(purpose: string, fallback: string): BaseUse {
    const given = this.#given.get(purpose);
    const reference = given ?? fallback;
    return {
      purpose,
      reference,
      isPinned: /@sha256:/.test(reference),
      origin: given === undefined ? 'default' : 'given',
    };
  }

  /** Whether somebody named the base, so that what is in it is not known. */
  isGiven(purpose: string): boolean {
    return this.#given.has(purpose);
  }
}
