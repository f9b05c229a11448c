import { CodedError, type Digest, type ProvenanceFacts } from '../../model/index.ts';
import type { RawClaim, RefusalCode } from '../../trust/index.ts';
import { type ClaimKind, claimKinds, type EvidencePlace, type OpenPlace } from './evidence-place.ts';
import { isOutOfReach, mayBeWanted } from './gather-claims.ts';

/** All that verifying an image asked registries, and what these said: what it takes to verify it again without them. */
export interface KeptEvidence {
  readonly format: 1;
  /** `registry/repository` of the image. */
  readonly repository: string;
  readonly digest: Digest;
  /** The index through which it was found. */
  readonly index?: Digest;
  readonly found: readonly KeptAnswer[];
  /** What a builder left beside it unsigned. */
  readonly unsigned: readonly ProvenanceFacts[];
}

interface KeptAnswer {
  readonly place: string;
  readonly kind: ClaimKind;
  readonly subject: Digest;
  readonly claims: readonly KeptClaim[];
  /** Why the registry could not be asked. */
  readonly outOfReach?: { readonly code: string; readonly message: string };
}

interface KeptClaim {
  readonly where: string;
  readonly type?: string;
  readonly form: RawClaim['form'];
  /** base64 */
  readonly bytes?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly refusal?: { readonly code: string; readonly what: string };
}

/** Notes all that is found in places. */
export class EvidenceNotes {
  readonly found: KeptAnswer[] = [];

  /** The same places, noted. */
  over(open: OpenPlace): OpenPlace {
    return (reference, wanted) => {
      const place = open(reference, wanted);
      return { ...place, find: (kind, subject) => this.#find(place, kind, subject) };
    };
  }

  async #find(place: EvidencePlace, kind: ClaimKind, subject: Digest): Promise<readonly RawClaim[]> {
    const answer = { place: place.label, kind, subject };
    try {
      const claims = await place.find(kind, subject);
      this.found.push({ ...answer, claims: claims.map(keptClaim) });
      return claims;
    } catch (error) {
      if (error instanceof CodedError && isOutOfReach(error))
        this.found.push({ ...answer, claims: [], outOfReach: { code: error.code, message: error.message } });
      throw error;
    }
  }
}

/** Places as they were when the evidence was kept. @throws CodedError what could not be asked then can't be told now. */
export function inKept({ found, repository, digest, index }: KeptEvidence): OpenPlace {
  return (reference, wanted) => {
    const label = `${reference.registry}/${reference.repository}`;
    return {
      label,
      async find(kind, subject) {
        const answer = found.find((each) => each.place === label && each.kind === kind && each.subject === subject);
        if (answer === undefined) {
          if (label === repository && (subject === digest || subject === index)) return [];
          throw new CodedError(
            'registry-unreachable',
            `${label} was not asked for ${subject} when the image was scanned`,
          );
        }
        const { outOfReach, claims } = answer;
        if (outOfReach !== undefined) throw new CodedError(outOfReach.code, outOfReach.message);
        return claims.filter(({ type }) => mayBeWanted(type, wanted)).map(rawClaim);
      },
      close: () => undefined,
    };
  };
}

/** Reads kept evidence. It is ours, or came from a program of ours: only its form is looked at. @throws CodedError `bad-evidence` */
export function parseKeptEvidence(text: string): KeptEvidence {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const kept = value as Partial<KeptEvidence> | null | undefined;
  const isWhole =
    kept?.format === 1 &&
    typeof kept.repository === 'string' &&
    typeof kept.digest === 'string' &&
    Array.isArray(kept.unsigned) &&
    Array.isArray(kept.found) &&
    kept.found.every(({ kind, claims }) => claimKinds.includes(kind) && Array.isArray(claims));
  if (!isWhole) throw new CodedError('bad-evidence', 'what was kept of signatures is not what this version keeps');
  return kept as KeptEvidence;
}

function keptClaim(raw: RawClaim): KeptClaim {
  const { where, type, form } = raw;
  const named = { where, ...(type === undefined ? {} : { type }), form };
  if (raw.form === 'unreadable') return { ...named, refusal: raw.refusal };
  const bytes = Buffer.from(raw.bytes).toString('base64');
  return raw.form === 'bundle' ? { ...named, bytes } : { ...named, bytes, annotations: raw.annotations };
}

function rawClaim({ where, type, form, bytes = '', annotations = {}, refusal }: KeptClaim): RawClaim {
  const named = { where, ...(type === undefined ? {} : { type }) };
  const content = Buffer.from(bytes, 'base64');
  if (form === 'unreadable')
    return {
      ...named,
      form,
      refusal: { code: (refusal?.code ?? 'unreadable') as RefusalCode, what: refusal?.what ?? '' },
    };
  return form === 'bundle' ? { ...named, form, bytes: content } : { ...named, form, bytes: content, annotations };
}
