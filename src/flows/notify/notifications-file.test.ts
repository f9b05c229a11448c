import { describe, expect, test } from 'vitest';
import { parseNotifications } from './notifications-file.ts';

const head = 'apiVersion: plimsoll.dev/v1\nkind: Notifications\n';
const read = (body: string, env: Readonly<Record<string, string>> = {}) =>
  parseNotifications(head + body, 'n.yaml', env);

describe('a file of notifications', () => {
  test('tells of turns to fail of what runs, unless more is asked for', async () => {
    expect(
      await read('channels:\n  - { name: hook, webhook: { url: "https://example.com/x", secret: env://S } }\n', {
        S: 'k',
      }),
    ).toEqual({
      windowSeconds: 60,
      allow: [],
      channels: [
        {
          name: 'hook',
          kind: 'webhook',
          url: 'https://example.com/x',
          secret: 'k',
          filter: { results: ['fail'], running: true },
        },
      ],
    });
  });

  test.each([
    ['channels: [{ name: a }]', 'n.yaml:3:12: channel a has one of webhook, slack and email'],
    ['channels: [{ name: a, slack: { url: "file:///etc" } }]', 'n.yaml:3:12: url is no http or https address'],
    ['channels: [{ name: a, slack: { url: env://GONE } }]', 'n.yaml:3:12: the environment has no GONE'],
    [
      'channels: [{ name: a, email: { server: "smtp://m", from: a@example.com } }]',
      'n.yaml:3:12: channel a has nobody to write to: to, or ownerDomains',
    ],
    [
      'channels: [{ name: A, slack: { url: "https://example.com" } }]',
      'n.yaml:3:14: name: a name is of a-z, 0-9 and -',
    ],
  ])('%s: %s', async (body, message) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'invalid-notifications', message });
  });
});
