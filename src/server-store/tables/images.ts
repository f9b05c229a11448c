import type { Generated, JSONColumnType } from 'kysely';
import type { VerdictResult } from '../../model/index.ts';

/** Kysely's view of the tables of images; times are RFC 3339. */
export interface ImageTables {
  body: {
    digest: string;
    size_bytes: number;
    stored_bytes: number;
    content: Buffer | null;
    place: number | null;
    locator: string | null;
    kept_at: Generated<string>;
    checked_at: Generated<string | null>;
    unreadable_since: Generated<string | null>;
    unreadable_why: Generated<string | null>;
  };
  body_place: {
    id: Generated<number>;
    address: string;
    owner: string;
    is_ours: Generated<boolean>;
    since: Generated<string>;
  };
  body_outside: { place: number; locator: string; put_at: Generated<string> };
  record: {
    image: string;
    body: string;
    name: string;
    platform: string | null;
    os: string | null;
    engine: string;
    database_digest: string | null;
    base_name: string | null;
    base_digest: string | null;
    size_bytes: number;
    packages: number;
    problems: number;
    kept_at: string;
  };
  image_standing: {
    image: string;
    worst_rank: Generated<number>;
    results: Generated<string>;
    findings: JSONColumnType<Readonly<Record<string, number>>>;
    lives: Generated<number>;
  };
  change_count: { kind: string; backend: number; n: number };
  verdict: {
    id: Generated<number>;
    image: string;
    scope: string;
    result: VerdictResult;
    policy_name: string;
    policy_digest: string;
    database_digest: string | null;
    engine: string;
    violations: number;
    worst: string | null;
    content_digest: string;
    /** As `packVerdict` made it. */
    body: Buffer;
    why: string | null;
    waivers: string[] | null;
    turned_from: Generated<string | null>;
    since: string;
    judged_at: string;
    until: string | null;
  };
  document: {
    kind: string;
    name: string;
    version: number;
    digest: string;
    text: string;
    state: Generated<string>;
    written_by: string;
    why: string | null;
    written_at: Generated<string>;
  };
  tag: { repository: string; tag: string; image: string; since: string; until: string | null };
  package: {
    id: Generated<number>;
    identity: Buffer;
    type: string;
    name: string;
    version: string;
    ecosystem: string | null;
    body: JSONColumnType<object>;
  };
  package_key: { key: string; package: number };
  package_use: { package: number; image: string; is_base: boolean };
  finding_life: {
    image: string;
    finding: string;
    kind: string;
    name: string;
    package: string | null;
    severity: string;
    owner: string;
    first_seen: string;
    first_fixable: string | null;
    waived_since: string | null;
    gone_at: string | null;
  };
  finding_past: { image: string; finding: string; state: 'waived' | 'gone'; since: string; until: string };
  waiver: {
    id: string;
    state: 'requested' | 'approved' | 'refused' | 'withdrawn';
    text: string;
    owner: string;
    reason: string;
    expires_at: string | null;
    image: string | null;
    finding: string | null;
    requested_by: string;
    requested_person: string | null;
    requested_at: string;
    decided_by: string | null;
    decided_at: string | null;
    decision: string | null;
  };
  vex_document: {
    id: Generated<string>;
    name: string;
    digest: string;
    image: string | null;
    team: string | null;
    text: string;
    statements: number;
    authors: string[];
    why: string;
    sent_by: string;
    sent_at: string;
    removed_by: string | null;
    removed_at: string | null;
    changed_in: number;
  };
  image_evidence: {
    image: string;
    found: Buffer | null;
    digest: string | null;
    problem: string | null;
    looked_at: string;
    verified: string | null;
    verified_by: string | null;
    valid_until: string | null;
  };
}
