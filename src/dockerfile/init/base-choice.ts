import { CodedError } from '../../model/index.ts';
import type { BaseUse } from './plan.ts';

/** Characters of an image reference (OCI distribution, "Pulling manifests"; docker's reference grammar). */
const referencePattern =
  /^[a-z0-9][a-z0-9._:/-]{0,254}(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Which image serves which purpose: one that the user gave, one of the catalogue, else the public one of the kind. */
export class BaseChoice {
  readonly #given: ReadonlyMap<string, string>;
  readonly #catalogue: ReadonlyMap<string, string>;

  /** Both from purpose to reference. Throws `base-unusable` where a reference is none. */
  constructor(given: ReadonlyMap<string, string> = new Map(), catalogue: ReadonlyMap<string, string> = new Map()) {
    for (const [purpose, reference] of [...given, ...catalogue])
      if (!referencePattern.test(reference))
        throw new CodedError('base-unusable', `the base for ${purpose} is no image reference: "${reference}"`, {
          kind: 'usage',
          hint: 'write NAME=REFERENCE@DIGEST, for instance node=registry.example.com/bases/node@sha256:…',
        });
    this.#given = given;
    this.#catalogue = catalogue;
  }

  /** The base for a purpose; `fallback` is a public image by its tag. */
  for(purpose: string, fallback: string): BaseUse {
    const given = this.#given.get(purpose);
    const listed = this.#catalogue.get(purpose);
    const reference = given ?? listed ?? fallback;
    return {
      purpose,
      reference,
      isPinned: reference.includes('@sha256:'),
      origin: given !== undefined ? 'given' : listed !== undefined ? 'catalogue' : 'default',
    };
  }

  /** Whether the base is another than the public one, so that what is in it is not known. */
  isOther(purpose: string): boolean {
    return this.#given.has(purpose) || this.#catalogue.has(purpose);
  }
}
