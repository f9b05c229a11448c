import type { SecretItem } from '../model/index.ts';
import {
  fingerprintOf,
  isSecretName,
  isSecretValue,
  redacted,
  scanForSecrets,
  type SecretHit,
} from './catalogers/secrets/index.ts';

/** What of an image's configuration may hold secrets. `history` has an entry for each of the image's, empty ones too. */
export interface SecretBearingConfiguration {
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly history: readonly string[];
  readonly cmd: readonly string[];
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
}

/** A place where every value counts, also weak ones: whoever set it here meant it. */
const place = '/.env';

/** Secrets in variables, labels, build arguments and instructions. One item for each place and value. */
export function secretsInConfiguration(config: SecretBearingConfiguration): SecretItem[] {
  const items = new Map<string, SecretItem>();
  const add = (configuration: string, text: string): void => {
    for (const { rule, severity, secret } of hitsIn(text)) {
      const fingerprint = fingerprintOf(secret);
      const item: SecretItem = {
        kind: 'secret',
        configuration,
        rule: rule.id,
        title: rule.title,
        severity,
        redacted: redacted(secret),
        fingerprint,
      };
      items.set(`${configuration}\0${rule.id}\0${fingerprint}`, item);
    }
  };
  for (const variable of config.env) add(`env:${variable.split('=', 1)[0]!}`, variable);
  for (const [name, value] of Object.entries(config.labels)) add(`label:${name}`, `${name}=${value}`);
  for (const [index, text] of config.history.entries()) add(`history:${index}`, text);
  add('cmd', config.cmd.join(' '));
  add('entrypoint', config.entrypoint.join(' '));
  add('healthcheck', config.healthcheck.join(' '));
  return [...items.values()];
}

/** The text with every secret in it replaced by `[redacted]`; unchanged where there is none. */
export function redactText(text: string): string {
  const hits = hitsIn(text);
  if (hits.length === 0) return text;
  const bytes = Buffer.from(text, 'utf8');
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of [...hits].sort((a, b) => a.start - b.start)) {
    if (end <= from) continue;
    if (start > from) parts.push(bytes.toString('utf8', from, start));
    parts.push('[redacted]');
    from = end;
  }
  parts.push(bytes.toString('utf8', from));
  return parts.join('');
}

function hitsIn(text: string): SecretHit[] {
  const bytes = Buffer.from(text, 'utf8');
  const assigned = assignments(text, bytes.length);
  const inAssigned = new Stretches(bytes.length);
  for (const hit of assigned) inAssigned.add(hit);
  // What is known by its shape says more than the name it is assigned to; the name knows better where a value ends.
  const shaped = shapedHits(bytes).filter((hit) => hit.rule.id !== 'generic-secret' || !inAssigned.meet(hit));
  const inShaped = new Stretches(bytes.length);
  for (const hit of shaped) inShaped.add(hit);
  return [...shaped, ...assigned.filter((hit) => !inShaped.meet(hit))];
}

/** All of them, as one that is not found would be shown. */
function shapedHits(bytes: Buffer): SecretHit[] {
  const hits: SecretHit[] = [];
  for (let from: number | undefined = 0; from !== undefined;) {
    const { secrets, missingFrom } = scanForSecrets(bytes, place, { from, to: bytes.length });
    for (const hit of secrets) hits.push(hit);
    from = missingFrom !== undefined && missingFrom > from ? missingFrom : undefined;
  }
  return hits;
}

type Stretch = Pick<SecretHit, 'start' | 'end'>;

/** Which bytes of a text are taken: hits in thousands can't each be compared with all others. */
class Stretches {
  readonly #taken: Uint8Array;

  constructor(length: number) {
    this.#taken = new Uint8Array(length);
  }

  add({ start, end }: Stretch): void {
    this.#taken.fill(1, start, end);
  }

  meet({ start, end }: Stretch): boolean {
    return this.#taken.subarray(start, end).includes(1);
  }
}

/** `NAME=value`, `--name=value`; `ENV NAME value`; and a variable as the configuration has it, spaces and all. */
const forms = [
  /^(?!.{0,2000}\/bin\/(?:ba)?sh -c)([A-Za-z_][A-Za-z0-9_.-]{1,80})=([^\n]{1,4000})$/g,
  /(?<![A-Za-z0-9_.])([A-Za-z_][A-Za-z0-9_.-]{1,80})=("[^"\n]{1,2000}"|'[^'\n]{1,2000}'|[^\s"']{1,2000})/g,
  /(?<![A-Za-z0-9_.-])(?:ENV|ARG|LABEL)\s{1,8}([A-Za-z_][A-Za-z0-9_.-]{1,80})\s{1,8}([^\s=][^\n]{0,2000}?)(?= # buildkit$|$)/gm,
  /(?<![A-Za-z0-9_.-])--([a-z][a-z0-9-]{1,60}) {1,4}([^\s"'-][^\s"']{2,500})/g,
];

/**
 * Assignments whose name says that the value is secret. Unlike in files, a word as weak as `admin` is a password here: it
 * is what the container runs with.
 */
function assignments(text: string, lengthBytes: number): SecretHit[] {
  const hits: SecretHit[] = [];
  const known = new Stretches(lengthBytes);
  for (const form of forms) {
    let from = 0;
    let fromBytes = 0;
    for (const match of text.matchAll(form)) {
      const [whole, name, written] = match as unknown as [string, string, string];
      const value = written.replace(/^["']|["']$/g, '');
      if (!isSecretName(name) || value === '' || !isWorthSaying(name, value)) continue;
      const at = match.index + whole.length - written.length + (written === value ? 0 : 1);
      const start = fromBytes + Buffer.byteLength(text.slice(from, at));
      [from, fromBytes] = [at, start];
      const secret = Buffer.from(value, 'utf8').toString('latin1');
      const end = start + secret.length;
      if (known.meet({ start, end })) continue;
      known.add({ start, end });
      hits.push({
        rule: { id: 'secret-in-configuration', title: 'Password, token or key in the image configuration' },
        severity: isSecretValue(name, value, false) ? 'high' : 'medium',
        secret,
        start,
        end,
      });
    }
  }
  return hits;
}

/** Variables, files and switches stand for a secret or about one; anything else is one. */
function isWorthSaying(name: string, value: string): boolean {
  if (/^[$/<{%]|^(?:true|false|yes|no|none|null|\d)$/i.test(value) || /^(?:\.{1,2}|~)\//.test(value)) return false;
  return name.toLowerCase() !== 'pwd' && name.toLowerCase() !== 'oldpwd';
}
