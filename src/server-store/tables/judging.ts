import type { Generated, JSONColumnType } from 'kysely';
import type { VerdictResult } from '../../model/index.ts';

/** Kysely's view of the tables of judging again; times are RFC 3339. */
export interface JudgingTables {
  judging_state: {
    one: Generated<boolean>;
    policy_digest: string | null;
    database_digest: string | null;
    database_built_at: string | null;
    vex_change: Generated<number>;
    trusted_by: string | null;
    database_made_at: string | null;
  };
  judging_policy: { one: Generated<boolean>; digest: string; policy: string };
  judging_due: { image: string; why: string; since: Generated<string> };
  judgement: {
    image: string;
    body: string;
    input: Buffer;
    lives: string | null;
    next_at: string | null;
    is_stale: boolean;
    judged_at: string;
  };
  package_answer: { package: number; digest: string };
  turn: {
    id: Generated<number>;
    at: string;
    image: string;
    name: string;
    scope: string;
    result_before: VerdictResult;
    result: VerdictResult;
    why: string;
    team: string | null;
    body: JSONColumnType<object, string, string>;
    noticed_at: string | null;
  };
  message: {
    id: Generated<number>;
    channel: string;
    recipient: string;
    identity: string;
    body: JSONColumnType<object, string, string>;
    state: Generated<'waiting' | 'sent' | 'failed'>;
    tries: Generated<number>;
    next_try: string;
    error: string | null;
    made_at: Generated<string>;
    ended_at: string | null;
  };
}
