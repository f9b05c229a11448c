import type { Job, LedgerEntry, Waiver } from '../../src/server/contract/index.ts';
import { digestOf, time } from './images.ts';
import { type Amount, day, hour } from './asked.ts';
import { Random } from './random.ts';

export const person = { kind: 'human', name: 'ada@example.com', known: 'oidc:https://accounts.example.com' } as const;
const pipeline = { kind: 'automation', name: 'ci-main', known: 'token:ci-main' } as const;

export function policySummary(version: number): Record<string, unknown> {
  return {
    name: 'production',
    version,
    digest: `sha256:${'1a2b3c4d'.repeat(8)}`,
    scopes: ['default', 'development'],
    active: true,
    writtenBy: 'ada@example.com',
    writtenAt: time((5 - version) * 9 * day),
    why: 'fixes within two weeks',
  };
}

export function waiversOf(amount: Amount): Waiver[] {
  if (amount === 'nothing') return [];
  const common = {
    owner: 'team shop',
    image: digestOf(0),
    about: { rule: 'fixable-severity', finding: 'CVE-2023-45853', package: 'zlib1g' },
    requestedBy: 'grace@example.com',
    isYours: false,
    requestedAt: time(2 * day),
  } as const;
  const text =
    '- id: old-zlib\n  rule: fixable-severity\n  finding: CVE-2023-45853\n  package: zlib1g\n  owner: shop\n  reason: minizip is not built\n';
  return [
    { ...common, id: 'old-zlib', state: 'requested', text, reason: 'minizip is not built', covers: 3 },
    {
      ...common,
      id: 'lodash-in-tests',
      state: 'approved',
      text,
      reason: 'only the tests load it',
      expires: time(-5 * day),
      decidedBy: 'ada@example.com',
      decidedAt: time(day),
      decision: 'true, I looked',
      covers: 2,
    },
    { ...common, id: 'curl-cli', state: 'expired', text, reason: 'not reachable', expires: time(5 * day), covers: 0 },
  ];
}

export function entry(sequence: number, entries: number): LedgerEntry {
  const random = new Random(sequence);
  const kinds = [
    { action: 'container.start', subject: { kind: 'container', name: `cart-${random.hex(9)}` }, actor: pipeline },
    {
      action: 'verdict.turn',
      subject: { kind: 'image', name: digestOf(sequence % 14) },
      actor: { kind: 'automation', name: 'plimsoll', known: 'local-user' },
    },
    {
      action: 'policy.change',
      subject: { kind: 'policy', name: 'production' },
      actor: person,
      why: 'fixes within two weeks',
    },
    {
      action: 'waiver.approve',
      subject: { kind: 'waiver', name: 'lodash-in-tests' },
      actor: person,
      why: 'true, I looked',
    },
    { action: 'image.scan', subject: { kind: 'image', name: digestOf(sequence % 14) }, actor: pipeline },
  ] as const;
  return {
    sequence,
    time: time((entries - sequence) * 400_000),
    from: '10.0.4.17',
    details: { version: sequence },
    previous: new Random(sequence - 1).hex(64),
    hash: random.hex(64),
    ...kinds[sequence % 5]!,
  };
}

export function job(index: number, reference: string, state?: Job['state']): Job {
  const known = state ?? (index === 0 ? 'running' : index === 1 ? 'failed' : 'done');
  return {
    id: `job-${index}`,
    state: known,
    reference,
    progress: { stage: 'layers', doneBytes: 61_000_000, totalBytes: 203_000_000 },
    tries: 1,
    ...(known === 'done' ? { image: digestOf(index) } : {}),
    ...(known === 'failed'
      ? { error: { code: 'image-not-found', message: `${reference} is not in the registry`, hint: 'check the tag' } }
      : {}),
    requestedBy: index % 2 === 0 ? pipeline : person,
    requestedAt: time(index * 600_000),
  };
}

export function token(): Record<string, unknown> {
  return {
    id: 't1',
    name: 'ci-main',
    prefix: 'plm_7f3a',
    kind: 'automation',
    owner: 'ada@example.com',
    scopes: ['read', 'scan', 'record.write'],
    createdAt: time(20 * day),
    expiresAt: time(-70 * day),
    lastUsedAt: time(hour),
  };
}

export function comparison(a: string, b: string): unknown {
  const side = (digest: string, sizeBytes: number): unknown => ({
    digest,
    sizeBytes,
    layers: 9,
    packages: 340,
    executables: 300,
    findings: 44,
  });
  return {
    from: side(a, 250_000_000),
    to: side(b, 241_000_000),
    packages: {
      added: [{ name: 'left-pad', version: '1.3.0', type: 'npm', owner: 'app' }],
      removed: [{ name: 'curl', version: '7.88.1', type: 'deb', owner: 'base' }],
      changed: [{ name: 'lodash', type: 'npm', from: '4.17.20', to: '4.17.21', owner: 'app' }],
    },
    findings: {
      new: [
        { id: 'v1', name: 'CVE-2026-1234', severity: 'high', title: 'libssl3: type confusion', cause: 'newly-known' },
      ],
      gone: [{ id: 'v2', name: 'CVE-2021-23337', severity: 'high', title: 'lodash: command injection' }],
    },
    configuration: [{ what: 'user', from: 'root', to: '1000' }],
    executables: { added: 1, removed: 4, changed: 2 },
    caveats: [],
  };
}
