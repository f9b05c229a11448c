import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../web/dev/browser.ts';
import { postgresServers } from '../make/postgres.ts';
import { startTestServer, type TestServer } from '../make/test-server.ts';
import { webhookReceiver } from '../notify/receivers.ts';
import { buildPages, noBrowser, openPage, settled } from './open-pages.ts';

const reason = noBrowser ?? postgresServers[0]!.missing;

const openVex = JSON.stringify({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://shop.example.com/vex/cart',
  author: 'Shop Security',
  timestamp: '2026-06-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2024-0001' },
      products: [{ '@id': 'pkg:deb/debian/openssl' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    },
  ],
});

/** The pages of settings over a real server: what they send is what it takes, and what it refuses is read. One after the other. */
describe.skipIf(reason !== undefined)(
  `settings over a real server${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let server: TestServer;
    let browser: Browser;
    let page: Page;
    let complaints: readonly string[];
    let hook: Awaited<ReturnType<typeof webhookReceiver>>;

    beforeAll(async () => {
      const web = await buildPages();
      hook = await webhookReceiver();
      server = await startTestServer(await postgresServers[0]!.freshDatabase(), { web, allowAddresses: ['127.0.0.1'] });
      browser = await openBrowser();
      ({ page, complaints } = await openPage(browser, `${server.url}/settings/vex`, { cookie: server.adminCookie }));
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
      await hook?.close();
    });

    test('a VEX document is refused with the place of its mistake, taken in, read, and removed', async () => {
      await page.getByText('None is kept').waitFor();
      await page.getByRole('link', { name: 'Add one' }).click();
      await page.getByLabel('Or its text').fill('{\n  "statements": [] x\n}');
      await page.getByLabel(/^Name/).fill('cart.openvex.json');
      await page.getByLabel('Why it is to be believed').fill('reviewed');
      await page.getByRole('button', { name: 'Add it' }).click();
      await page.getByText('Cart.openvex.json is not JSON: line 2, column 20').waitFor();
      await page
        .getByLabel(/^File/)
        .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from(openVex) });
      await page.getByRole('button', { name: 'Add it' }).click();
      await page.getByText('Taken in. Images that it is about have been judged again.').waitFor();
      await settled(page);
      const says = await page.getByRole('region', { name: 'What it says' }).locator('tbody tr').innerText();
      expect(says.split(/\s*\t\s*|\n/)).toEqual([
        'CVE-2024-0001',
        'not affected',
        'pkg:deb/debian/openssl',
        'vulnerable_code_not_in_execute_path',
      ]);
      await page.getByText('No image that is kept here is named in it').waitFor();
      await page.getByRole('button', { name: 'Remove it' }).click();
      await page.getByLabel(/^Type/).fill('cart.openvex.json');
      await page.getByRole('dialog').getByLabel('Why').fill('it is reached now');
      await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
      await page.waitForURL('**/settings/vex');
      await page.getByText('None is kept').waitFor();
    });

    test('a trust root is checked with line and column, saved, and read again by whom it trusts', async () => {
      await page.getByRole('link', { name: 'Trust root' }).click();
      await page.getByText('No mistakes, not saved; it trusts nobody yet').waitFor();
      const text = page.getByRole('textbox', { name: 'Trust root, YAML' });
      const first = await text.inputValue();
      await text.fill(first.replace('sources: []', 'sourcez: []'));
      await page.getByText('line 8, column 10: unknown field "sourcez"').waitFor();
      const builder = `builders:
  - name: ci-main
    repositories: ["registry.example.com/**"]
    identities:
      - issuer: https://token.example.com
        subject: build@example.com
`;
      await text.fill(first.replace(/^builders: \[\]\n(#.*\n)+/m, builder));
      await page.getByText('No mistakes, not saved; it trusts 1 signer').waitFor();
      await page.getByLabel('Why it is changed').fill('the first');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved as version 1.').waitFor();
      const whom = await page.getByRole('region', { name: 'Whom it trusts' }).innerText();
      for (const said of ['ci-main', 'registry.example.com/**', 'build@example.com']) expect(whom).toContain(said);
    });

    test('who writes over another’s version is told so', async () => {
      const text = page.getByRole('textbox', { name: 'Trust root, YAML' });
      const was = await text.inputValue();
      const other = await server.admin('PUT', '/v1/trust', { text: `${was}\n`, why: 'other' }, { 'if-match': '"1"' });
      expect(other.status).toBe(200);
      await text.fill(`${was}# mine\n`);
      await page.getByLabel('Why it is changed').fill('mine');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Somebody else has written a version meanwhile.').waitFor();
      expect(await text.inputValue()).toBe(`${was}# mine\n`);
      await page.getByRole('button', { name: 'Undo all' }).click();
    });

    test('a channel is set, tried, changed without its secret, and removed; its secrets never come back', async () => {
      await page.getByRole('link', { name: 'Notifications' }).click();
      await page.getByRole('link', { name: 'Webhook', exact: true }).click();
      await page.getByLabel(/^Name/).fill('ops');
      await page.getByLabel(/^Address/).fill(`${hook.url}?key=deep`);
      await page.getByLabel(/^Secret/).fill('sesame-open');
      await page.getByRole('button', { name: 'Add it' }).click();
      await page.getByRole('region', { name: 'ops' }).getByText('signed').waitFor();
      await page.getByRole('button', { name: /^Send a test/ }).click();
      await page.getByText('Sent: a message that says that it is a test.').waitFor();
      await page.getByRole('link', { name: 'Change ops' }).click();
      await page.getByRole('checkbox', { name: 'cannot tell' }).check();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Tells of turns to fail or cannot tell, of images that run.').waitFor();
      await page.getByRole('button', { name: /^Send a test/ }).click();
      await page.getByText('Sent: a message that says that it is a test.').waitFor();
      expect(
        hook.received.map(({ text, headers }) => [
          JSON.parse(text).type,
          Object.keys(headers).some((name) => name.includes('signature')),
        ]),
      ).toEqual([
        ['test', true],
        ['test', true],
      ]);
      const shown = await page.content();
      for (const secret of ['key=deep', 'sesame-open']) expect(shown).not.toContain(secret);
      await page.getByRole('button', { name: 'Remove ops' }).click();
      await page.getByLabel(/^Type/).fill('ops');
      await page.getByRole('button', { name: 'Remove it' }).click();
      await page.getByText('Nobody is told').waitFor();
    });

    test('the browser complained of nothing', () => {
      expect(complaints).toEqual([]);
    });
  },
);
