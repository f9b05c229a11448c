import { type AdvisoryDatabase, AdvisoryMatcher, changesSince, openAdvisoryDatabase } from '../../advisories/index.ts';
import { CodedError } from '../../model/index.ts';
import type { Policy, Scope } from '../../policy/index.ts';
import type { Store } from '../../server-store/index.ts';
import { type ActivePolicy, activePolicy } from '../keep-image/index.ts';
import { trustInForce, type TrustInForce } from '../evidence/index.ts';
import { vexInForce, type VexInForce } from '../vex/index.ts';

/** By what images are judged at a moment: the policy in force and the advisory database that lies in its place. */
export interface JudgingTerms {
  readonly policy: ActivePolicy;
  readonly vex: VexInForce;
  /** Whose word counts for what vouches for images; absent: nobody's is asked. */
  readonly trust: TrustInForce | undefined;
  /** Absent: there is no database. */
  readonly database: AdvisoryDatabase | undefined;
  readonly matcher: AdvisoryMatcher | undefined;
  /** Conditions may ask for anything in a record, what is left out of the kept inputs too. */
  readonly needsWholeRecords: boolean;
  /** It asks for EPSS scores, which change every day. */
  readonly asksScores: boolean;
  /** It asks for the database itself, which every import changes, or for what was deleted, which is in no index of packages. */
  readonly asksDatabase: boolean;
}

/** Opens what images are judged by, with the catalogue of bases in a folder; close the database when other terms take their place. */
export async function judgingTerms(
  store: Store,
  databasePath: string,
  now: Date,
  bases?: string,
): Promise<JudgingTerms> {
  const policy = await activePolicy(store, now);
  const vex = await vexInForce(store);
  const trust = await trustInForce(store, bases);
  const database = open(databasePath);
  const matcher = database === undefined ? undefined : new AdvisoryMatcher(database);
  return { policy, vex, trust, database, matcher, ...askedBy(policy.policy) };
}

/**
 * Terms that take the place of others, whose database is closed. Of packages of which a newer database says the same, what was looked up
 * stays known.
 */
export function inPlaceOf(known: JudgingTerms | undefined, next: JudgingTerms): JudgingTerms {
  const { database } = next;
  const changes =
    known?.database === undefined || database === undefined
      ? undefined
      : changesSince(database.path, known.database.digest);
  const matcher =
    known?.matcher === undefined || database === undefined || changes === undefined
      ? next.matcher
      : AdvisoryMatcher.after(known.matcher, database, changes);
  known?.database?.close();
  return { ...next, matcher };
}

/** What a policy asks for that others do not. */
export function askedBy(policy: Policy): Pick<JudgingTerms, 'needsWholeRecords' | 'asksScores' | 'asksDatabase'> {
  const layers = [policy, ...policy.scopes];
  const conditions = layers.flatMap((layer) => (layer.conditions ?? []).map(({ expression }) => expression));
  const named = new Set(layers.flatMap((layer) => Object.keys(layer.rules ?? {})));
  return {
    needsWholeRecords: conditions.length > 0,
    asksScores: named.has('exploit-likelihood') || conditions.some((text) => /\bfindings\b/.test(text)),
    asksDatabase: conditions.some((text) => /\badvisories\b/.test(text)) || countsDeleted(layers),
  };
}

function countsDeleted(layers: readonly (Policy | Scope)[]): boolean {
  return layers.some(({ rules }) => Object.values(rules ?? {}).some((use) => use['countDeleted'] === true));
}

function open(path: string): AdvisoryDatabase | undefined {
  try {
    return openAdvisoryDatabase(path);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'advisory-database-missing') return undefined;
    throw error;
  }
}
