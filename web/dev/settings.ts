import type { NotifyChannel, RouteName, TrustedSigner, Vex, VexDetail } from '../../src/server/contract/index.ts';
import { type Amount, type Asked, day, hour, Refused } from './asked.ts';
import { digestOf, summary, time } from './images.ts';
import { Random } from './random.ts';

/** What images are judged by beside the policy, and who is told: VEX documents, the trust root, channels. */

function vex(index: number): Vex {
  return {
    id: `vex-${index}`,
    name: index === 0 ? 'cart.openvex.json' : `product-${index}-openvex-of-the-platform-team.json`,
    digest: `sha256:${new Random(index + 70).hex(64)}`,
    ...(index % 3 === 1 ? { team: 'shop' } : {}),
    ...(index % 3 === 2 ? { image: digestOf(1) } : {}),
    statements: index === 0 ? 14 : 2,
    authors: ['Shop Security <security@shop.example.com>'],
    why: 'reviewed with the authors of the library',
    sentBy: index % 2 === 0 ? 'ada@example.com' : 'ci-main',
    sentAt: time(index * 9 * hour + hour),
  };
}

const statuses = ['not_affected', 'fixed', 'affected', 'under_investigation'] as const;

function vexDetail(id: string, amount: Amount): VexDetail {
  const index = Number(id.replace('vex-', ''));
  if (amount === 'nothing' || !Number.isInteger(index)) throw new Refused(404, `there is no VEX document ${id} here`);
  const found = vex(index);
  return {
    ...found,
    text: '{\n  "@context": "https://openvex.dev/ns/v0.2.0",\n  "statements": []\n}\n',
    complaints: index === 0 ? [`${found.name}: statement 15 has no product`] : [],
    says: Array.from({ length: found.statements }, (_, number) => ({
      id: `https://shop.example.com/vex/cart#${number + 1}`,
      vulnerabilities: [`CVE-2026-${1234 + number}`, ...(number === 0 ? ['GHSA-mc8h-8q98-g5hr'] : [])],
      status: statuses[number % 4]!,
      products: [
        {
          id:
            number % 2 === 0 ? 'pkg:deb/debian/libssl3' : 'pkg:oci/cart?repository_url=registry.example.com/shop/cart',
          packages: number % 2 === 0 ? [] : ['pkg:npm/lodash@4.17.20'],
        },
      ],
      reason: number % 4 === 3 ? '' : 'vulnerable_code_not_in_execute_path: TLS ends at the load balancer',
      author: found.authors[0]!,
      timestamp: time(3 * day),
    })),
    images: index === 1 ? [] : [0, 1, 2].map((image) => ({ digest: digestOf(image), name: summary(image).name })),
    touches: index === 1 ? 0 : 3,
  };
}

const trustText = `apiVersion: plimsoll.dev/v1
kind: TrustRoot
metadata:
  name: example
  description: Whom Example trusts to build and approve images.

sources: ["https://github.com/example/**"]

builders:
  - name: ci-main
    repositories: ["registry.example.com/**"]
    identities:
      - issuer: https://token.actions.example.com
        subject: https://github.com/example/*/.github/workflows/build.yml@refs/heads/main
`;

const signers: TrustedSigner[] = [
  {
    kind: 'builder',
    name: 'ci-main',
    roles: [],
    repositories: ['registry.example.com/**'],
    keys: [
      { id: `sha256:${new Random(80).hex(64)}`, algorithm: 'ecdsa-p256', from: '2026-01-01', until: '2027-12-31' },
      {
        id: `sha256:${new Random(81).hex(64)}`,
        algorithm: 'ed25519',
        revoked: { at: '2026-11-01T06:00:00Z', reason: 'the machine’s disk was stolen' },
      },
    ],
    identities: [],
  },
  {
    kind: 'person',
    name: 'alice@example.com',
    roles: ['security', 'keeper'],
    repositories: ['registry.example.com/shop/**', 'registry.example.com/pay/**'],
    keys: [],
    identities: [{ issuer: 'https://accounts.example.com', subject: 'alice@example.com' }],
  },
];

function trust(text: string, version: number): unknown {
  return {
    name: 'example',
    digest: `sha256:${new Random(82 + version).hex(64)}`,
    ...{ version, text, signers, sigstore: true },
    writtenBy: 'ada@example.com',
    writtenAt: time(12 * day),
    why: 'the build machines moved to Hamburg',
  };
}

const common = { results: ['fail'], running: true } satisfies Partial<NotifyChannel>;
const set = { changedBy: 'ada@example.com', changedAt: time(3 * day) };
const channels: NotifyChannel[] = [
  { ...common, name: 'pager', kind: 'webhook', origin: 'file', place: 'https://events.example.com', hasSecret: true },
  {
    ...{ ...common, ...set, name: 'shop-on-call', kind: 'slack', origin: 'server', hasSecret: false },
    ...{ place: 'https://hooks.slack.com', teams: ['shop', 'pay'], environments: ['production'] },
  },
  {
    ...{ ...common, ...set, name: 'owners', kind: 'email', origin: 'server', hasSecret: true, running: false },
    results: ['fail', 'cannot-tell'],
    place: 'smtps://mail.example.com',
    from: 'plimsoll@example.com',
    to: ['security@example.com'],
    ownerDomains: ['example.com'],
  },
  {
    ...{ ...common, ...set, name: 'tickets', kind: 'webhook', origin: 'server', hasSecret: false },
    place: 'https://tickets.example.com',
  },
];

export function settingsAnswers(amount: Amount): Partial<Record<RouteName, (asked: Asked) => unknown>> {
  const documents = { nothing: 0, little: 4, many: 900 }[amount];
  return {
    listVex: ({ query }) => {
      const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit') ?? 100)];
      const items = Array.from({ length: Math.min(limit, documents - from) }, (_, index) => vex(from + index));
      return from + items.length < documents ? { items, next: String(from + items.length) } : { items };
    },
    getVex: ({ params }) => vexDetail(params.id!, amount),
    sendVex: ({ body }) => {
      if (!String(body.text).trimStart().startsWith('{'))
        throw new Refused(422, `${String(body.name)} is not JSON: line 1, column 1: Unexpected token`);
      return { ...vex(3), isNew: true, complaints: [] };
    },
    removeVex: () => undefined,
    getTrust: () => {
      if (amount === 'nothing') throw new Refused(404, 'there is no trust root here');
      return trust(trustText, 3);
    },
    putTrust: ({ body }) => trust(String(body.text), 4),
    checkTrust: ({ body }) =>
      String(body.text).includes('repositoriez')
        ? {
            errors: [
              {
                ...{ line: 12, column: 5, message: 'unknown field "repositoriez"' },
                hint: 'docs/formats/trust-root.md has every field',
              },
            ],
            ...{ signers: [], sigstore: false },
          }
        : { errors: [], signers: String(body.text).includes('builders: []') ? [] : signers, sigstore: false },
    listNotify: () => ({ windowSeconds: 60, items: amount === 'nothing' ? [] : channels }),
    putNotify: ({ params, body }) => ({ ...channels[3]!, name: params.name, kind: body.kind }),
    removeNotify: () => undefined,
    testNotify: ({ body }) =>
      body.channel === 'tickets'
        ? { result: 'failed', why: 'https://tickets.example.com answered 404 Not Found' }
        : { result: 'sent' },
  };
}
