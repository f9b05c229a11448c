import type { LedgerActor, LedgerEvent } from '../ledger/index.ts';
import { CodedError } from '../model/index.ts';
import type { LedgerWriter, Reach, Store } from '../server-store/index.ts';
import type { Permission, Role } from './contract/index.ts';
import type { KeptAnswers } from './answers/kept-answers.ts';
import type { LiveHub } from './live/hub.ts';
import type { CurrentFindings } from './jobs/current-findings.ts';
import type { JudgedSoFar } from './jobs/judge-worker.ts';
import type { Metrics } from './http/metrics.ts';
import type { OidcLogIn } from './identity/oidc.ts';
import type { ServerOptions } from './options.ts';
import type { Tracer } from './tracing/index.ts';
import type { SecretBox } from './secrets/secret-box.ts';

/** Who asks: known by a session, a token or a certificate. */
export interface Identity {
  readonly actor: LedgerActor;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly permissions: ReadonlySet<Permission>;
  readonly reach: Reach;
  /** The person; absent for certificates. */
  readonly person?: string;
  /** Of a session. */
  readonly csrf?: string;
  readonly expiresAt?: string;
}

/** What every handler works with. */
export interface Service {
  readonly options: ServerOptions;
  readonly publicUrl: () => string;
  readonly store: Store;
  readonly ledger: LedgerWriter;
  readonly hub: LiveHub;
  readonly metrics: Metrics;
  readonly findings: CurrentFindings;
  readonly answers: KeptAnswers;
  readonly secrets: SecretBox;
  /** Absent: no traces are wanted. */
  readonly tracer: Tracer | undefined;
  readonly oidc: OidcLogIn | undefined;
  /** Wakes the workers that scan. */
  readonly wakeJobs: () => void;
  /** Has records judged again in the background, or now. */
  readonly judgeAgain: () => void;
  readonly judgeAgainNow: () => Promise<{ readonly judged: number; readonly turned: number }>;
  /** What all of that has come to by the advisory database of now. */
  readonly judgedSoFar: () => JudgedSoFar;
  readonly now: () => Date;
}

/** Whether what belongs to a team, or to none, is for whoever asks: who has teams reaches theirs alone. */
export function reachesTeam({ reach }: Pick<Identity, 'reach'>, team: string | null | undefined): boolean {
  return reach === undefined || (typeof team === 'string' && reach.includes(team));
}

/** What holds for every team is not for who reaches some of them alone to change. @throws CodedError `forbidden` */
export function forEveryTeam({ reach }: Pick<Identity, 'reach'>, what: string): void {
  if (reach !== undefined)
    throw new CodedError('forbidden', `${what} for every team: who reaches some teams alone does not change that`);
}

/**
 * Whose something is to be. Who reaches some teams alone names one of them, or has only one.
 * @throws CodedError `forbidden`
 */
export function teamFor({ reach }: Pick<Identity, 'reach'>, asked: string | undefined): string | undefined {
  if (reach === undefined) return asked;
  const team = asked ?? (reach.length === 1 ? reach[0] : undefined);
  if (team !== undefined && reach.includes(team)) return team;
  throw new CodedError('forbidden', team === undefined ? 'no team is named' : `team ${team} is not one of yours`, {
    hint: `name one of: ${reach.join(', ') || 'none, ask for a team'}`,
  });
}

/** What happened, as the ledger takes it. */
export function eventBy(
  identity: Pick<Identity, 'actor'>,
  from: string,
  event: Omit<LedgerEvent, 'actor' | 'from'>,
): LedgerEvent {
  return { actor: identity.actor, from, ...event };
}
