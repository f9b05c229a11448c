import { matchesAny } from '../pattern.ts';
import { repositoryOf } from '../image-names.ts';
import type { BaseFacts, ListedBase } from '../../model/index.ts';
import type { DoubtDraft, Draft, Rule } from '../rule.ts';

interface Settings {
  readonly allowMutable: boolean;
  readonly onlyProven: boolean;
  readonly onlyEndorsed: boolean;
  readonly onlyNewest: boolean;
  readonly allow: readonly string[];
}

const annotate =
  'scan with --base REFERENCE, or build with the annotations org.opencontainers.image.base.name and .base.digest';

/** The base image is known, by digest. */
export const knownBase: Rule<Settings> = {
  name: 'known-base',
  summary: 'The base image is known, pinned by digest, and one of those allowed.',
  explanation:
    'Who owns a finding, and whether a newer base mends it, follows from the base. A base that is known only by a tag is ' +
    'mutable: the next build may stand on something else. onlyProven takes no word for it: the lowest layers must have ' +
    "been compared with the base's own (--base, --bases). allow names the bases that may be built on. With a catalogue of " +
    'bases (--bases) a retired one is objected to, a deprecated one, one whose verdict turned and one with a newer release ' +
    'are warned of; onlyEndorsed asks for an endorsed release whose verdict still passes, onlyNewest for the newest. ' +
    'Without a catalogue those two cannot be told.',
  needs: ['layers'],
  defaults: { allowMutable: false, onlyProven: false, onlyEndorsed: false, onlyNewest: false, allow: [] },
  settings: (z) => ({
    allowMutable: z.boolean().describe('Accept a base that is known by tag alone. Default false.'),
    onlyProven: z.boolean().describe("Ask that the layers were compared with the base's. Default false."),
    onlyEndorsed: z
      .boolean()
      .describe('Ask that the catalogue has the base as endorsed, and that its verdict still passes. Default false.'),
    onlyNewest: z.boolean().describe('Ask for the newest endorsed release of the base. Default false.'),
    allow: z
      .array(z.string().max(1000))
      .describe('Patterns on base references or digests; empty: any base. Default empty.'),
  }),
  check({ base }, settings) {
    if (base === undefined)
      return {
        violations: [
          draft('missing', 'the base image is not known', 'nobody knows what the image is built on', annotate),
        ],
      };
    const name = base.name ?? base.digest ?? 'the base';
    const violations: Draft[] = [];
    const isGuess = base.known === 'chain' || base.known === 'contents';
    if (isGuess) violations.push(guessed(base));
    else if (!settings.allowMutable && base.digest === undefined)
      violations.push(
        draft(
          'mutable',
          `base ${name} has no digest`,
          'a tag can point elsewhere tomorrow',
          'pin it: FROM name:tag@sha256:…, and say so in org.opencontainers.image.base.digest',
        ),
      );
    if (settings.onlyProven && base.known !== 'layers' && !isGuess)
      violations.push(
        draft(
          'unproven',
          `base ${name} is only claimed`,
          'its layers were not compared',
          `scan with --base ${base.name ?? 'REFERENCE'}`,
        ),
      );
    const names = [base.name, base.name === undefined ? undefined : repositoryOf(base.name), base.digest];
    if (settings.allow.length > 0 && !names.some((known) => known !== undefined && matchesAny(settings.allow, known)))
      violations.push(
        draft(
          'forbidden',
          `base ${name}`,
          'it is not one of the bases allowed',
          `build on one of: ${settings.allow.join(', ')}`,
        ),
      );
    if (base.listed !== undefined) violations.push(...objections(base.listed, settings));
    else if (settings.onlyEndorsed || settings.onlyNewest) return { violations, doubts: [unlisted(name)] };
    return { violations };
  },
};

/** Words of an image that has only part of a base: nobody built it on that, as far as anybody can see. */
function guessed({ name = 'the base', known, degree = 0 }: BaseFacts): Draft {
  const of = known === 'chain' ? 'layers' : 'contents';
  return draft(
    'guessed',
    `base ${name} is a guess: the image has ${Math.floor(degree * 100)}% of its ${of}`,
    'no release in the catalogue has the layers that the image has',
    'build without squashing on a release of the catalogue, or add the release that it stands on (plimsoll base assess)',
  );
}

function objections(listed: ListedBase, { onlyEndorsed, onlyNewest }: Settings): readonly Draft[] {
  const { name, state, newest, verdict, owner } = listed;
  const rebuild = newest === undefined ? `ask ${owner} for a base that is endorsed` : `FROM ${newest.reference}`;
  const drafts: Draft[] = [];
  if (state === 'retired')
    drafts.push(draft('retired', `base ${name} is retired`, 'nobody mends it any more', rebuild));
  if (state === 'deprecated')
    drafts.push({
      ...draft('deprecated', `base ${name} is deprecated`, 'it will be retired', rebuild),
      ...(onlyEndorsed ? {} : { onlyWarns: true }),
    });
  if (state === 'candidate' && onlyEndorsed)
    drafts.push(draft('candidate', `base ${name} is not endorsed`, 'nobody stands behind this release', rebuild));
  if (state !== 'candidate' && verdict !== undefined && verdict !== 'pass')
    drafts.push({
      ...draft(
        'turned',
        `base ${name} no longer passes its own policy`,
        `its last verdict is ${wordOf(verdict)}`,
        rebuild,
      ),
      ...(onlyEndorsed ? {} : { onlyWarns: true }),
    });
  if (newest !== undefined && state === 'endorsed')
    drafts.push({
      ...draft('older', `base ${name} has a newer release`, 'what it mends is not in this image', rebuild),
      ...(onlyNewest ? {} : { onlyWarns: true }),
    });
  return drafts;
}

function wordOf(verdict: NonNullable<ListedBase['verdict']>): string {
  return verdict === 'cannot-tell' ? 'cannot tell' : verdict;
}

function unlisted(name: string): DoubtDraft {
  return {
    what: `whether the base ${name} is endorsed: no catalogue lists it`,
    mend: 'scan with --bases FOLDER; plimsoll base list shows what to build on',
  };
}

function draft(subject: string, what: string, why: string, mend: string): Draft {
  return { subject: `base:${subject}`, severity: 'medium', what, why, owner: 'image', mend };
}
