import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { unpackFrame } from '../../formats/zstd-frame.ts';
import type { ImageRecord } from '../../model/index.ts';
import { askedExecutables, type FindingLists, mayBreakRules } from '../../policy/index.ts';
import { InputReader, type JudgedRecord, judgingInput, withFindings, withoutAdvisories } from '../../record/index.ts';
import {
  type Bodies,
  bodiesOf,
  compareVerdict,
  type DueImage,
  type EvidenceRow,
  getRecord,
  judgingInputs,
  type NewJudgement,
  type Store,
} from '../../server-store/index.ts';
import { evidenceForJudging, type JudgedEvidence } from '../evidence/index.ts';
import { type JudgedAs, judgeInScopes, judgeInScopesUntil } from '../keep-image/index.ts';
import { unknownRecord, withoutRecord } from './lost-record.ts';
import type { JudgingTerms } from './judging-terms.ts';

const asked = { isAsked: mayBreakRules, asked: askedExecutables };
/** One for the process: what it has read of layers holds whatever the store. */
const reader = new InputReader(asked);

/** A record with what the database says of it now: what a scan with that database gives. Of lists that other images have, too, once. */
export function assess(
  bare: ImageRecord,
  { matcher, shared }: Pick<JudgingTerms, 'matcher'> & Pick<JudgedRecord, 'shared'>,
): ImageRecord {
  return assessed({ record: bare, ...(shared === undefined ? {} : { shared }) }, matcher).record;
}

/** The same, and its findings as lists, where packages of it are those of other images. */
function assessed(
  { record, shared }: JudgedRecord,
  matcher: JudgingTerms['matcher'],
): { readonly record: ImageRecord; readonly findingLists?: FindingLists } {
  if (matcher === undefined) return { record };
  const { packages, operatingSystem } = record;
  const { findings, lists, coverage, problems } = matcher.match({ packages, operatingSystem, shared });
  const covered = { ...record, advisories: coverage, problems: [...record.problems, ...problems] };
  const whole = withFindings(covered, lists?.own ?? findings, lists?.shared);
  // Packages that differ in their layer alone: which of them says so in its id is for the whole list to tell.
  if (shared !== undefined && hasTwins(whole.findings)) return assessed({ record }, matcher);
  if (lists === undefined) return { record: whole };
  return { record: whole, findingLists: { shared: lists.shared, own: [...record.findings, ...lists.own] } };
}

function hasTwins(sorted: ImageRecord['findings']): boolean {
  return sorted.some(({ id }, i) => i > 0 && id === sorted[i - 1]!.id);
}

/**
 * Records as the database of now sees them, from what is kept to judge by: only as much of each as a policy's rules ask for, where
 * whole ones are not needed.
 */
export async function assessedRecords(
  store: Store,
  images: readonly string[],
  { matcher, needsWholeRecords }: Pick<JudgingTerms, 'matcher' | 'needsWholeRecords'>,
): Promise<ReadonlyMap<string, ImageRecord>> {
  const inputs = needsWholeRecords ? undefined : await judgingInputs(store, images);
  const records = new Map<string, ImageRecord>();
  for (const image of images) {
    const input = inputs?.get(image);
    const kept = input === undefined ? undefined : reader.read(unpackFrame(input));
    if (kept !== undefined) {
      records.set(image, assessed(kept, matcher).record);
      continue;
    }
    const record = await getRecord(store, bodiesOf(store), image);
    if (record !== undefined) records.set(image, assess(withoutAdvisories(record), { matcher }));
  }
  return records;
}

/** Judges one image in all its scopes, from what is kept of it. */
export async function judgeImage(
  due: DueImage,
  {
    store,
    bodies,
    terms,
    evidence,
    now,
  }: {
    readonly store: Store;
    readonly bodies: Bodies;
    readonly terms: JudgingTerms;
    /** What is kept of who vouches for images; absent: nobody's word counts. */
    readonly evidence: ReadonlyMap<string, EvidenceRow> | undefined;
    readonly now: Date;
  },
): Promise<NewJudgement | undefined> {
  if (due.unreadable !== null) return judgeLost(due, due.unreadable, { terms, now });
  const kept = due.input === null || due.input.length === 0 ? undefined : reader.read(unpackFrame(due.input));
  let input: Buffer | undefined;
  let bare = terms.needsWholeRecords ? undefined : kept;
  if (bare === undefined) {
    const record = await getRecord(store, bodies, due.image);
    if (record === undefined) return undefined;
    bare = { record: withoutAdvisories(record) };
    if (kept === undefined) input = await promisify(zstdCompress)(judgingInput(record, asked));
  }
  const { record, findingLists } = assessed(bare, terms.matcher);
  const known = await evidenceForJudging(store, evidence?.get(due.image), { trust: terms.trust, now });
  const context = { ...contextOf(due, { terms, now, known }), findPackage: bare.findPackage, findingLists };
  const judged = judgeInScopesUntil(record, terms.policy, context);
  const verdicts = judged.map(({ verdict }) => verdict);
  const waived = new Set(verdicts.flatMap((each) => each.waived.flatMap(({ violation }) => violation.findingId ?? [])));
  const moments = [...judged.map(({ until }) => until), known?.validUntil];
  const first = Math.min(...moments.map((moment) => moment?.getTime() ?? Infinity));
  return {
    due,
    verdicts: verdicts.map((verdict) => compareVerdict(due, verdict)),
    ...(input === undefined ? {} : { input }),
    lives: livesOf(record, waived),
    // Not the whole record: what is held until a slice is kept is what the collector of garbage copies around.
    record: { image: record.image, findings: record.findings },
    waived,
    ...(Number.isFinite(first) ? { nextAt: new Date(first) } : {}),
    isStale: verdicts.some(({ doubts }) => doubts.some(({ rule }) => rule === 'advisory-data-age')),
  };
}

/** Judges an image whose record can't be read: nothing passes, and of its findings none is gone because of it. */
export function judgeLost(
  due: DueImage,
  why: string,
  { terms, now }: { readonly terms: JudgingTerms; readonly now: Date },
): NewJudgement {
  const isKept = due.input !== null && due.input.length > 0 && !terms.needsWholeRecords;
  const kept = isKept ? reader.read(unpackFrame(due.input)) : undefined;
  const record = kept === undefined ? unknownRecord(due.image) : assessed(kept, terms.matcher).record;
  const judged = judgeInScopes(record, terms.policy, contextOf(due, { terms, now, known: undefined }));
  const verdicts = withoutRecord(judged, why, kept === undefined ? undefined : record);
  return {
    due,
    verdicts: verdicts.map((verdict) => compareVerdict(due, verdict)),
    // With none at all it would be taken for one that nobody has looked at yet.
    ...(due.input === null ? { input: Buffer.alloc(0) } : {}),
    lives: due.lives,
    record,
    waived: new Set(),
    isStale: false,
  };
}

function contextOf(
  { image, name, team: kept }: DueImage,
  {
    terms,
    now,
    known,
  }: { readonly terms: JudgingTerms; readonly now: Date; readonly known: JudgedEvidence | undefined },
): JudgedAs {
  const team = kept ?? undefined;
  const vex = terms.vex.statementsFor({ digest: image, team });
  return { names: [name], team, now, vex, evidence: known?.evidence };
}

/** All that the lives of findings depend on: a word for each, without spaces. */
function livesOf({ findings }: ImageRecord, waived: ReadonlySet<string>): string {
  const words = findings.map((finding) => {
    const isFixable = finding.kind === 'vulnerability' && finding.fix.state === 'fixed';
    const end = finding.id.slice(-12);
    const name = end.includes(' ') ? end.replaceAll(' ', '_') : end;
    return `${name}${finding.severity[0]}${isFixable ? 'f' : ''}${waived.has(finding.id) ? 'w' : ''}`;
  });
  return words.join(' ');
}
