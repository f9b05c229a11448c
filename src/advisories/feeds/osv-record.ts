/**
 * An OSV record as far as Plimsoll reads it (OSV schema 1.7). Everything else in the record is checked for shape where
 * the schema gives it one, and dropped.
 */
export interface OsvRecord {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly modified: string;
  readonly published?: string;
  readonly withdrawn?: string;
  readonly aliases: readonly string[];
  readonly related: readonly string[];
  readonly upstream: readonly string[];
  readonly summary?: string;
  readonly details?: string;
  readonly severity: readonly OsvSeverity[];
  readonly affected: readonly OsvAffected[];
  readonly references: readonly { readonly type: string; readonly url: string }[];
  readonly databaseSpecific: Bag;
}

export interface OsvSeverity {
  readonly type: string;
  readonly score: string;
}

export interface OsvAffected {
  readonly ecosystem: string;
  readonly name: string;
  readonly severity: readonly OsvSeverity[];
  readonly ranges: readonly OsvRange[];
  readonly versions: readonly string[];
  readonly ecosystemSpecific: Bag;
  readonly databaseSpecific: Bag;
}

export interface OsvRange {
  readonly type: 'ECOSYSTEM' | 'SEMVER' | 'GIT';
  /** Each event as its kind and version: `['introduced', '0']`. */
  readonly events: readonly (readonly [OsvEventKind, string])[];
}

export type OsvEventKind = 'introduced' | 'fixed' | 'last_affected' | 'limit';

/** A JSON object whose members nobody has checked; read with `Object.hasOwn` only. */
export type Bag = Readonly<Record<string, unknown>>;

/** Why a record is refused, in a few words. */
export class RecordRefused extends Error {}

const limits = { id: 200, name: 1_000, version: 1_000, url: 4_096, ids: 5_000, affected: 50_000, list: 200_000 };
const idShape = /^(?:x_|[A-Za-z][A-Za-z0-9]*-)/;
const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const commitShape = /^(?:0|[a-f0-9]{40}|[a-f0-9]{64})$/;
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const eventKinds: readonly OsvEventKind[] = ['introduced', 'fixed', 'last_affected', 'limit'];
const empty: Bag = Object.freeze({});

/**
 * Checks a parsed JSON value against the OSV schema and gives what of it is read.
 * @throws RecordRefused naming the member that breaks the schema
 */
export function readOsvRecord(value: unknown): OsvRecord {
  const record = object(value, 'the record');
  const id = text(record.id, 'id', limits.id);
  if (!idShape.test(id)) throw new RecordRefused('id has no database prefix');
  return {
    id,
    modified: time(record.modified, 'modified'),
    published: optional(record.published, (v) => time(v, 'published')),
    withdrawn: optional(record.withdrawn, (v) => time(v, 'withdrawn')),
    aliases: record.aliases === null ? [] : ids(record.aliases, 'aliases'),
    related: ids(record.related, 'related'),
    upstream: ids(record.upstream, 'upstream'),
    summary: optional(record.summary, (v) => prose(v, 'summary')),
    details: optional(record.details, (v) => prose(v, 'details')),
    severity: severities(record.severity, 'severity'),
    affected: record.affected === null ? [] : list(record.affected, 'affected', limits.affected).map(affected),
    references: record.references === null ? [] : list(record.references, 'references', limits.list).map(reference),
    databaseSpecific: bag(record.database_specific, 'database_specific'),
  };
}

function affected(value: unknown, index: number): OsvAffected {
  const at = `affected[${index}]`;
  const entry = object(value, at);
  // The schema lets an entry go without a package (commits only); such an entry speaks of nothing that we could look up.
  const pack = entry.package === undefined ? empty : object(entry.package, `${at}.package`);
  const named = entry.package !== undefined;
  return {
    ecosystem: named ? text(pack.ecosystem, `${at}.package.ecosystem`, limits.id) : '',
    name: named ? text(pack.name, `${at}.package.name`, limits.name) : '',
    severity: severities(entry.severity, `${at}.severity`),
    ranges: list(entry.ranges, `${at}.ranges`, limits.list).map((range, i) => readRange(range, `${at}.ranges[${i}]`)),
    versions: list(entry.versions, `${at}.versions`, limits.list).map((v) => text(v, `${at}.versions`, limits.version)),
    ecosystemSpecific: bag(entry.ecosystem_specific, `${at}.ecosystem_specific`),
    databaseSpecific: bag(entry.database_specific, `${at}.database_specific`),
  };
}

function readRange(value: unknown, at: string): OsvRange {
  const range = object(value, at);
  const { type } = range;
  if (type !== 'ECOSYSTEM' && type !== 'SEMVER' && type !== 'GIT') throw new RecordRefused(`${at}.type is unknown`);
  if (type === 'GIT' && typeof range.repo !== 'string') throw new RecordRefused(`${at} has no repo`);
  const events = list(range.events, `${at}.events`, limits.list).map((event) => readEvent(event, `${at}.events`));
  const has = (kind: OsvEventKind): boolean => events.some(([is]) => is === kind);
  if (!has('introduced')) throw new RecordRefused(`${at}.events introduce nothing`);
  if (has('fixed') && has('last_affected')) throw new RecordRefused(`${at}.events have both fixed and last_affected`);
  if (type === 'GIT' && events.some(([, commit]) => !commitShape.test(commit)))
    throw new RecordRefused(`${at}.events name something that is no commit`);
  return { type, events };
}

function readEvent(value: unknown, at: string): readonly [OsvEventKind, string] {
  const event = object(value, at);
  let found: readonly [OsvEventKind, string] | undefined;
  for (const kind of eventKinds) {
    if (!Object.hasOwn(event, kind)) continue;
    if (found !== undefined) throw new RecordRefused(`${at} has an event of two kinds`);
    found = [kind, text(event[kind], `${at}.${kind}`, limits.version)];
  }
  if (found === undefined) throw new RecordRefused(`${at} has an event of no known kind`);
  return found;
}

function reference(value: unknown): { type: string; url: string } {
  const entry = object(value, 'references');
  const { type, url } = entry;
  if (typeof type !== 'string' || typeof url !== 'string') throw new RecordRefused('references has one without url');
  return { type, url: url.length > limits.url || control.test(url) ? '' : url };
}

const ubuntuWords = /^(?:negligible|low|medium|high|critical)$/;
const cvssShapes: Readonly<Record<string, RegExp>> = {
  CVSS_V2: /^(?:[A-Za-z]{1,3}:[A-Z]{1,4}\/)*[A-Za-z]{1,3}:[A-Z]{1,4}$/,
  CVSS_V3: /^CVSS:3\.[01](?:\/[A-Z]{1,3}:[A-Z])+$/,
  CVSS_V4: /^CVSS:4\.0(?:\/[A-Z]{1,3}:(?:[A-Z]|Clear|Green|Amber|Red))+$/,
  Ubuntu: ubuntuWords,
};

function severities(value: unknown, at: string): readonly OsvSeverity[] {
  if (value === undefined || value === null) return [];
  return list(value, at, limits.ids).map((entry) => {
    const { type, score } = object(entry, at);
    if (typeof type !== 'string' || typeof score !== 'string') throw new RecordRefused(`${at} lacks type or score`);
    const shape = Object.hasOwn(cvssShapes, type) ? cvssShapes[type] : undefined;
    if (shape === undefined) throw new RecordRefused(`${at} has an unknown type`);
    if (score.length > 500 || !shape.test(score)) throw new RecordRefused(`${at} has a score that is no ${type}`);
    return { type, score };
  });
}

function ids(value: unknown, at: string): readonly string[] {
  return list(value, at, limits.ids).map((v) => text(v, at, limits.id));
}

function list(value: unknown, at: string, limit: number): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new RecordRefused(`${at} is not a list`);
  if (value.length > limit) throw new RecordRefused(`${at} has more than ${limit} entries`);
  return value;
}

function object(value: unknown, at: string): Bag {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RecordRefused(`${at} is not an object`);
  return value as Bag;
}

function bag(value: unknown, at: string): Bag {
  return value === undefined || value === null ? empty : object(value, at);
}

/** A name, id or version: never empty, bounded, and nothing that moves a cursor. */
function text(value: unknown, at: string, limit: number): string {
  if (typeof value !== 'string') throw new RecordRefused(`${at} is not a text`);
  if (value === '') throw new RecordRefused(`${at} is empty`);
  if (value.length > limit) throw new RecordRefused(`${at} is longer than ${limit} characters`);
  if (control.test(value)) throw new RecordRefused(`${at} holds control characters`);
  return value;
}

function prose(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new RecordRefused(`${at} is not a text`);
  return value;
}

function time(value: unknown, at: string): string {
  if (typeof value !== 'string' || !timeShape.test(value)) throw new RecordRefused(`${at} is not a UTC time`);
  return value;
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}
