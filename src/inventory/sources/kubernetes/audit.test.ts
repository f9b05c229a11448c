import { describe, expect, test } from 'vitest';
import { parseAudit } from './audit.ts';

const now = new Date('2026-11-26T12:00:00Z');
const options = { now, redact: (text: string) => text.replace('hunter2', '[redacted]') };

/** An event as kube-apiserver 1.32 writes it at level Metadata. */
const event = (more: object = {}) => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: '6a1f1f3e-8f1a-4b59-9f1f-3c4d5e6f7a8b',
  stage: 'ResponseStarted',
  requestURI:
    '/api/v1/namespaces/shop/pods/cart-1/exec?command=sh&command=-c&command=echo+hunter2&container=web&stdin=true&tty=true',
  verb: 'get',
  user: { username: 'ada@example.com', groups: ['system:authenticated'] },
  sourceIPs: ['10.1.2.3', '10.0.0.1'],
  userAgent: 'kubectl/v1.32.0',
  objectRef: { resource: 'pods', namespace: 'shop', name: 'cart-1', apiVersion: 'v1', subresource: 'exec' },
  responseStatus: { metadata: {}, code: 101 },
  requestReceivedTimestamp: '2026-11-26T11:59:58.123456Z',
  ...more,
});
const listOf = (...items: readonly object[]) =>
  Buffer.from(JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items }));

describe('a cluster’s audit log', () => {
  test('says who started what in which container, and from where, without secrets', () => {
    expect(parseAudit(listOf(event()), options)).toEqual([
      {
        container: 'shop/cart-1/web',
        deed: {
          action: 'container.exec',
          subject: { kind: 'pod', name: 'shop/cart-1/web' },
          at: new Date('2026-11-26T11:59:58.123Z'),
          by: { kind: 'human', name: 'ada@example.com', known: 'kubernetes: the account in its audit log' },
          from: '10.1.2.3',
          details: {
            container: 'shop/cart-1/web',
            command: 'sh -c echo [redacted]',
            tty: true,
            program: 'kubectl/v1.32.0',
            event: '6a1f1f3e-8f1a-4b59-9f1f-3c4d5e6f7a8b',
          },
        },
      },
    ]);
  });

  test('tells programs from people, and who acts for somebody else', () => {
    const by = (more: object) => parseAudit(listOf(event(more)), options)[0]?.deed.by;
    expect(by({ user: { username: 'system:serviceaccount:ci:deployer' } })).toMatchObject({
      kind: 'automation',
      name: 'system:serviceaccount:ci:deployer',
    });
    expect(by({ impersonatedUser: { username: 'system:masters' } })).toMatchObject({
      kind: 'human',
      name: 'ada@example.com as system:masters',
    });
  });

  test('takes attaching and forwarding of ports, each once, and nothing that was refused or is about something else', () => {
    const objectRef = (subresource: string, resource = 'pods') => ({
      objectRef: { resource, namespace: 'shop', name: 'cart-1', subresource },
    });
    const all = [
      event(objectRef('attach')),
      event(objectRef('portforward')),
      event({ ...objectRef('exec'), stage: 'RequestReceived' }),
      event({ ...objectRef('exec'), stage: 'ResponseComplete' }),
      event({ ...objectRef('exec'), responseStatus: { code: 403 } }),
      event(objectRef('log')),
      event(objectRef('constructor')),
      event(objectRef('exec', 'nodes')),
      event({ objectRef: {} }),
    ];
    expect(parseAudit(listOf(...all), options).map(({ deed }) => deed.action)).toEqual([
      'container.attach',
      'container.forward',
    ]);
  });

  test.each([
    ['another document', '{"kind":"Pod","apiVersion":"v1"}'],
    ['no JSON', 'half {'],
    ['an array in an array, without end', '['.repeat(100_000)],
    ['more than four MiB', ' '.repeat((4 << 20) + 1)],
  ])('is refused where it is %s', (_, text) => {
    expect(() => parseAudit(Buffer.from(text), options)).toThrow(
      expect.objectContaining({ code: 'bad-source-answer' }),
    );
  });
});
