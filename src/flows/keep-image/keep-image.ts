import { parseReference } from '../../image/index.ts';
import type { LedgerActor } from '../../ledger/index.ts';
import { CodedError, type ImageRecord, type Verdict, type VerdictResult } from '../../model/index.ts';
import {
  bodiesOf,
  evidenceOf,
  type FoundEvidence,
  inTransaction,
  keepEvidenceOf,
  keepRecord,
  keepVerdict,
  moveTag,
  noteAlias,
  noteFindings,
  noteImage,
  stageRecord,
  tellLive,
  type Store,
  type VerdictChange,
  type NameInUse,
  type VerifiedEvidence,
} from '../../server-store/index.ts';
import { evidenceForJudging, type JudgedEvidence, type TrustInForce, verifyFound } from '../evidence/index.ts';
import { vexInForce } from '../vex/index.ts';
import type { ActivePolicy } from './active-policy.ts';
import { judgeInScopes } from './judge-in-scopes.ts';

export interface KeepImageOptions {
  readonly record: ImageRecord;
  /** The record with what the advisories say by which it is judged, where others came along with it. */
  readonly seen?: ImageRecord | undefined;
  /** As it was asked for. */
  readonly reference: string;
  /** What it is called where it runs, or was called before, where it was asked for by nothing but its digest. */
  readonly calledThere?: NameInUse | undefined;
  readonly team?: string | undefined;
  readonly policy: ActivePolicy;
  /** Whose word counts for what vouches for it; absent: nobody's is asked. */
  readonly trust?: TrustInForce | undefined;
  /** What was found beside it in its registry, by whoever scanned it there; absent: nobody looked now. */
  readonly found?: FoundEvidence | undefined;
  readonly actor: LedgerActor;
  readonly from?: string | undefined;
  readonly now: Date;
  /** The digest by which it was asked for and found: that of an index may be another than the record's. */
  readonly askedDigest?: string | undefined;
  /** Done in the same transaction, before anything else: what throws there keeps nothing. */
  readonly alongside?: (store: Store) => Promise<void>;
}

export interface KeptImage {
  readonly isNew: boolean;
  readonly verdicts: readonly { readonly verdict: Verdict; readonly change: VerdictChange }[];
}

/** Judges and keeps a record. All of it is there afterwards, or nothing. */
export async function keepImage(store: Store, options: KeepImageOptions): Promise<KeptImage> {
  const { record, seen = record, policy, team, now } = options;
  const { calledThere } = options;
  const name = calledThere?.name ?? nameOf(options.reference);
  const vex = (await vexInForce(store)).statementsFor({ digest: record.image.digest, team });
  const verified = await verifiedNow(store, options);
  const judged = judgeInScopes(seen, policy, { names: [name], team, now, vex, evidence: verified?.evidence });
  const staged = await stageRecord(bodiesOf(store), record, name);
  return inTransaction(store, async ({ store: inner, appendToLedger }) => {
    await options.alongside?.(inner);
    await keepRecord(inner, bodiesOf(inner), { record, name, now, staged });
    const { askedDigest, found } = options;
    if (found !== undefined) await keepEvidenceOf(inner, record.image.digest, { found, verified: verified?.kept, now });
    if (askedDigest !== undefined && askedDigest !== record.image.digest)
      await noteAlias(inner, askedDigest, record.image.digest);
    const { isNew } = await noteImage(inner, { record, name, team });
    const tag = calledThere?.isCurrent === false ? undefined : tagOf(name);
    if (tag !== undefined) await moveTag(inner, { ...tag, image: record.image.digest, now });
    const verdicts: { verdict: Verdict; change: VerdictChange }[] = [];
    for (const verdict of judged)
      verdicts.push({ verdict, change: await keepVerdict(inner, { verdict, scope: verdict.scope, now }) });
    const waived = judged.flatMap((verdict) => verdict.waived.flatMap(({ violation }) => violation.findingId ?? []));
    await noteFindings(inner, { record: seen, waived: new Set(waived), now });
    await tellLive(inner, liveEvents(options, name, verdicts));
    await appendToLedger(ledgerEvents(options, name, { isNew, verdicts }));
    return { isNew, verdicts };
  });
}

/** What vouches for the image: by what was found just now, else by what is kept. */
async function verifiedNow(
  store: Store,
  { record, trust, found, now }: KeepImageOptions,
): Promise<(Pick<JudgedEvidence, 'evidence'> & { readonly kept?: VerifiedEvidence }) | undefined> {
  if (trust === undefined) return undefined;
  if (found !== undefined) return 'text' in found ? verifyFound(found.text, trust, now) : undefined;
  const { digest } = record.image;
  return evidenceForJudging(store, (await evidenceOf(store, [digest])).get(digest), { trust, now });
}

/** The worst of several results: what an image is as a whole. */
function worstOf(results: readonly VerdictResult[]): VerdictResult | 'unknown' {
  for (const result of ['fail', 'cannot-tell', 'pass'] as const) if (results.includes(result)) return result;
  return 'unknown';
}

function liveEvents(
  { record, team, now }: KeepImageOptions,
  name: string,
  verdicts: KeptImage['verdicts'],
): readonly { readonly team: string | undefined; readonly body: object }[] {
  const at = now.toISOString();
  const image = record.image.digest;
  const worst = worstOf(verdicts.map(({ verdict }) => verdict.result));
  return [
    { team, body: { kind: 'image', at, image, name, verdict: worst } },
    ...verdicts
      .filter(({ change }) => change.kind === 'turned')
      .map(({ verdict, change }) => ({
        team,
        body: {
          kind: 'verdict',
          at,
          image,
          name,
          scope: verdict.scope,
          from: change.before ?? 'unknown',
          to: verdict.result,
          why: reasonOf(verdict),
          running: 0,
        },
      })),
  ];
}

function ledgerEvents(
  { record, actor, from, reference }: KeepImageOptions,
  name: string,
  { isNew, verdicts }: KeptImage,
): Parameters<Parameters<Parameters<typeof inTransaction>[1]>[0]['appendToLedger']>[0] {
  const base = {
    actor,
    subject: { kind: 'image', name: record.image.digest },
    ...(from === undefined ? {} : { from }),
  };
  return [
    { ...base, action: 'record.keep', details: { reference, name, isNew, engine: record.engine } },
    ...verdicts
      .filter(({ change }) => change.kind === 'first' || change.kind === 'turned')
      .map(({ verdict, change }) => ({
        ...base,
        action: 'verdict.give' as const,
        why: reasonOf(verdict),
        details: {
          scope: verdict.scope,
          result: verdict.result,
          before: change.before ?? 'unknown',
          policy: verdict.policy.name,
          policyDigest: verdict.policy.digest,
          ...(verdict.databaseDigest === undefined ? {} : { databaseDigest: verdict.databaseDigest }),
        },
      })),
  ];
}

/** What decided a verdict, in a line. */
function reasonOf({ result, violations, doubts }: Verdict): string {
  if (result === 'fail' && violations[0] !== undefined) return violations[0].what.slice(0, 1000);
  if (result === 'cannot-tell')
    return (doubts.find(({ stops }) => stops !== false)?.what ?? 'cannot tell').slice(0, 1000);
  return 'no rule is broken';
}

/** The image as people name it, without how it was found; a tag says more than the digest behind it. */
function nameOf(reference: string): string {
  return reference
    .replace(/^(?:registry|docker|archive|layout|dir|sbom):(?:\/\/)?/, '')
    .replace(/(:\w[\w.-]{0,127})@sha256:[0-9a-f]{64}$/, '$1');
}

function tagOf(name: string): { readonly repository: string; readonly tag: string } | undefined {
  // An engine's id of an image reads like a repository with a tag.
  if (/^sha256:[0-9a-f]{64}$/.test(name)) return undefined;
  try {
    const { registry, repository, tag, digest } = parseReference(name);
    if (digest !== undefined && tag === undefined) return undefined;
    return { repository: `${registry}/${repository}`, tag: tag ?? 'latest' };
  } catch (error) {
    // Archives and folders have names that are no references.
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}
