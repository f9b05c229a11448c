import { CodedError, recordSchemaVersion } from '../model/index.ts';
import type { ImageRecord } from '../model/index.ts';
import { sha256 } from './digest.ts';

type Members = Readonly<Record<string, unknown>>;

const digest = `sha256:${'0'.repeat(64)}`;

/** An image without fault, compared with advisory data of the day before: what the tests of a policy start from. */
function faultless(now: Date): Members {
  const yesterday = new Date(now.getTime() - 86_400_000).toISOString();
  const place = { path: '/etc/os-release', layer: 0, owner: 'base' };
  return {
    schemaVersion: recordSchemaVersion,
    engine: 'plimsoll',
    image: {
      digest,
      kind: 'image',
      platform: 'linux/amd64',
      created: yesterday,
      configuration: { user: '65532', env: [], exposedPorts: [], volumes: [] },
      labels: {},
      annotations: {},
      attestations: [],
    },
    layers: [{ index: 0, diffId: digest, sizeBytes: 1_000_000, entries: 10, owner: 'base' }],
    base: { known: 'layers', name: 'base:1', digest, layers: 1 },
    operatingSystem: {
      id: 'debian',
      version: '13',
      prettyName: 'Debian GNU/Linux 13',
      supportEnd: '2999-12-31',
      ecosystem: 'Debian:13',
      place,
    },
    packages: [],
    executables: [],
    accounts: [],
    certificates: [],
    findings: [],
    problems: [],
    statistics: {
      sizeBytes: 1_000_000,
      entries: 10,
      visibleFiles: 10,
      visibleBytes: 1_000_000,
      hiddenBytes: 0,
      filesSearchedForSecrets: 10,
    },
    advisories: { databaseDigest: digest, builtAt: yesterday, covered: ['Debian:13'], uncovered: [] },
  };
}

const defaults: Readonly<Record<string, Members>> = {
  vulnerability: {
    severity: 'high',
    advisory: 'CVE-0000-0000',
    aliases: [],
    packageId: '',
    packageName: 'example',
    packageVersion: '1.0',
    severitySource: 'vendor',
    fix: { state: 'unknown' },
    ecosystem: '',
  },
  secret: { severity: 'high', title: 'a secret', rule: 'generic', redacted: '…', fingerprint: '000000000000' },
  'private-key': { severity: 'high', title: 'a private key', format: 'other' },
  misconfiguration: { severity: 'medium', title: 'a misconfiguration', check: 'unnamed' },
  bloat: { severity: 'negligible', title: 'bloat', category: 'docs', sizeBytes: 0, files: 0 },
  package: {
    type: 'deb',
    name: 'example',
    version: '1.0',
    scheme: 'deb',
    ecosystem: 'Debian:13',
    licenses: [],
    evidence: 'installed',
    cataloger: 'test',
  },
  executable: { sha256: '0'.repeat(64), sizeBytes: 1, mode: 0o755, uid: 0, gid: 0, format: 'elf', links: [] },
  account: { uid: 1000, gid: 1000, home: '/', shell: '/usr/sbin/nologin', password: 'locked' },
  certificate: {
    subject: 'CN=example',
    issuer: 'CN=example',
    serial: '1',
    notBefore: '2000-01-01T00:00:00Z',
    notAfter: '2999-12-31T00:00:00Z',
    fingerprintSha256: '0'.repeat(64),
    keyType: 'ec',
    isCa: false,
    selfSigned: false,
    inTrustStore: false,
    weaknesses: [],
  },
  problem: { code: 'unreadable', message: 'could not be read', source: 'test', hides: 'all' },
};

/**
 * A whole record from as much of one as someone wrote down: members given replace those of an image without fault (null
 * takes them away), and items of lists get what they lack. Throws `bad-record-stub` for members of the wrong kind.
 */
export function recordFromStub(stub: unknown, now: Date): ImageRecord {
  if (typeof stub !== 'object' || stub === null || Array.isArray(stub)) throw bad('a record must be a mapping');
  const merged = merge(faultless(now), stub as Members) as Record<string, unknown>;
  for (const [list, kind] of Object.entries({
    packages: 'package',
    executables: 'executable',
    accounts: 'account',
    certificates: 'certificate',
    problems: 'problem',
    findings: undefined,
  })) {
    const items = merged[list];
    if (!Array.isArray(items)) throw bad(`${list} must be a list`);
    merged[list] = items.map((item, index) => wholeItem(item, { kind, list, index }));
  }
  return merged as unknown as ImageRecord;
}

function wholeItem(
  item: unknown,
  { kind, list, index }: { kind: string | undefined; list: string; index: number },
): Members {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) throw bad(`${list}.${index} must be a mapping`);
  const given = item as Members;
  const name = kind ?? given['kind'];
  if (typeof name !== 'string' || !Object.hasOwn(defaults, name))
    throw bad(`${list}.${index} has no kind that is known`);
  const whole = { ...defaults[name], ...given };
  const id = `${name}-${sha256(`${index}\0${JSON.stringify(given)}`).slice(0, 16)}`;
  const title = `${String(given['advisory'] ?? name)}`;
  const place = { owner: 'app', layer: 0, ...(typeof given['place'] === 'object' ? given['place'] : {}) };
  const purl = `pkg:${String((whole as Members)['type'])}/${String((whole as Members)['name'])}@${String((whole as Members)['version'])}`;
  return kind === 'problem' ? whole : { id, ...(name === 'package' ? { purl } : {}), title, ...whole, place };
}

function merge(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (above === null) return undefined;
  if (Array.isArray(below) !== Array.isArray(above))
    return typeof below === 'object' && below !== null
      ? throwBad('a list stands where a mapping should, or the other way round')
      : above;
  if (Array.isArray(above) || typeof above !== 'object' || typeof below !== 'object' || below === null) {
    if (below !== undefined && typeof below !== typeof above)
      throw bad(`${JSON.stringify(above)} is of the wrong kind`);
    return above;
  }
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    if (key === '__proto__') throw bad('a member must not be called __proto__');
    const member = merge(merged[key], value);
    if (member === undefined) delete merged[key];
    else merged[key] = member;
  }
  return merged;
}

function throwBad(why: string): never {
  throw bad(why);
}

function bad(why: string): CodedError {
  return new CodedError('bad-record-stub', `the record of a policy test: ${why}`);
}
