import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addSession, seePerson } from '../../src/server-store/index.ts';
import { digestOf, newSecret } from '../../src/server/identity/digests.ts';
import { openBrowser } from '../../web/dev/browser.ts';
import { postgresServers } from '../make/postgres.ts';
import { startTestServer, type TestServer } from '../make/test-server.ts';
import { violationsOf } from './axe.ts';
import { buildPages, noBrowser, openPage, settled } from './open-pages.ts';

const reason = noBrowser ?? postgresServers[0]!.missing;

/** A server on its first day, seen by its administrator and by somebody of one team: pages say what they don't know. */
describe.skipIf(reason !== undefined)(
  `pages of a server that has next to nothing${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let server: TestServer;
    let browser: Browser;
    let developer: string;
    beforeAll(async () => {
      server = await startTestServer(await postgresServers[0]!.freshDatabase(), { web: await buildPages() });
      for (let number = 0; number < 120; number++) await server.withToken(['read']);
      developer = await logIn(server, ['shop']);
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });
    const open = async (address: string, options: { cookie?: string; width?: number } = {}): Promise<Page> => {
      const { page } = await openPage(browser, server.url + address, { cookie: server.adminCookie, ...options });
      return page;
    };
    const said = async (address: string, cookie = server.adminCookie): Promise<string> => {
      const page = await open(address, { cookie });
      const text = (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
      await page.close();
      return text;
    };

    test('nothing connected is not nothing running', async () => {
      const none = 'No engine and no cluster is connected: what runs is not known.';
      expect(await said('/containers')).toContain(`${none} Connect an engine or a cluster`);
      expect(await said('/workloads')).toContain(`${none} Connect an engine or a cluster`);
      expect(await said('/containers', developer)).toContain(`${none} Whoever has the role operator can connect one.`);
      expect(await said('/workloads?q=cart')).toContain('No workload matches these filters.');
    });

    test('nothing kept is not nothing reached', async () => {
      expect(await said('/impact?q=openssl')).toContain('No record is kept yet: whom openssl reaches is not known.');
      expect(await said('/images')).toContain(`plimsoll scan IMAGE --server ${server.url}`);
    });

    test('what one may not see is not said to be absent', async () => {
      expect(await said('/sources', developer)).toContain('No source is connected for your team alone (shop).');
      const ledger = await said('/ledger', developer);
      expect(ledger).toContain('Who administers this server gives roles');
      // Nothing to press that would be refused.
      expect(ledger).not.toMatch(/Verify|Try again/);
    });

    test('what is not there leads on to what is', async () => {
      expect(await said('/policies/nowhere', developer)).toContain('See the policies that there are');
      expect(await said('/bases/nowhere')).toContain('See the bases that there are');
      expect(await said(`/images/sha256:${'0'.repeat(64)}`)).toContain('Scan it from here');
    });

    test('an entry of the ledger has an address, however long ago it was written', async () => {
      const page = await open('/ledger?entry=2');
      await page.getByRole('dialog', { name: 'Entry 2' }).getByText('policy.change').waitFor();
      await page.goto(`${server.url}/ledger?entry=999999`);
      await page.getByText('There is no entry with this number that you may see.').waitFor();
      await page.close();
    });

    test('a session says its day and zone, and a phone shows it whole', async () => {
      const page = await open('/ledger?view=sessions', { width: 360 });
      expect(await page.locator('.panel-aside').first().innerText()).toMatch(
        /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d( to \d\d:\d\d:\d\d)? UTC/,
      );
      const cut = `[...document.querySelectorAll('.transcript-line *')].filter((e) => e.scrollWidth > e.clientWidth + 1).length`;
      expect(await page.evaluate(cut)).toBe(0);
      await page.close();
    });

    test('on a phone the page that is open is in sight in the strip of pages', async () => {
      const page = await open('/settings', { width: 360 });
      const box = (await page.getByRole('link', { name: 'Settings', exact: true }).boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(360);
      // Every value of a token is there without scrolling sideways.
      const revoke = (await page
        .getByRole('button', { name: /^Revoke/ })
        .first()
        .boundingBox())!;
      expect(revoke.x + revoke.width).toBeLessThanOrEqual(360);
      await page.close();
    });

    test('a policy that was written on is not lost by a click, and a simulation says of which text it is', async () => {
      const page = await open('/policies/production');
      const text = page.getByRole('textbox', { name: /^Policy, YAML/ });
      const was = await text.inputValue();
      await page.getByRole('button', { name: 'Simulate', exact: true }).click();
      await page.getByText('No image would have been stopped or released, of 0 images.').waitFor();
      await text.fill(was.replace(/(no-root-user:\n +effect: )fail/, '$1warn'));
      await page.getByText('This is what it would have done before your last change.').waitFor();
      await page.getByRole('link', { name: 'Fleet', exact: true }).click();
      await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
      await page.getByRole('button', { name: 'Stay' }).click();
      expect(await text.inputValue()).toContain('effect: warn');
      await page.getByLabel(/^Why it is changed/).fill('root is borne for a while');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved as version 2. Images are judged again by it.').waitFor();
      await page.getByRole('link', { name: 'Fleet', exact: true }).click();
      await page.getByRole('heading', { name: 'Fleet' }).waitFor();
      await page.close();
    });

    test('text that is marked beyond the edge of a dialog does not close it', async () => {
      const page = await open('/sources?add=docker');
      const field = page.getByLabel('Name, as it is shown');
      await field.fill('edge-1');
      const box = (await field.boundingBox())!;
      await page.mouse.move(box.x + box.width - 4, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(8, box.y + box.height / 2);
      await page.mouse.up();
      expect(await field.inputValue()).toBe('edge-1');
      await page.mouse.click(8, 300);
      await field.waitFor({ state: 'detached' });
      await page.close();
    });

    test('what is waited for long says so', async () => {
      const page = await open('/');
      await page.clock.install();
      await page.route('**/v1/sources', () => undefined);
      await page.getByRole('link', { name: 'Sources', exact: true }).click();
      await page.getByLabel('Loading').waitFor();
      await page.clock.runFor(6000);
      await page.getByText('The server takes long to answer.').waitFor();
      await page.close();
    });

    for (const theme of ['light', 'dark'] as const)
      test(`WCAG AA of every dialog in the ${theme} theme`, async () => {
        const { page } = await openPage(browser, `${server.url}/`, { cookie: server.adminCookie, theme });
        const found: string[] = [];
        const check = async (name: string): Promise<void> => {
          await page.getByRole('dialog').first().waitFor();
          await settled(page);
          found.push(...(await violationsOf(page)).map((each) => `${name}: ${each}`));
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
        };
        await page.keyboard.press('/');
        await check('search');
        await page.keyboard.press('?');
        await check('keys');
        for (const kind of ['docker', 'kubernetes', 'registry']) {
          await page.goto(`${server.url}/sources?add=${kind}`);
          await check(`connect ${kind}`);
        }
        await page.goto(`${server.url}/ledger?entry=1`);
        await check('entry');
        await page.goto(`${server.url}/settings`);
        await page
          .getByRole('button', { name: /^Revoke/ })
          .first()
          .click();
        await check('revoke');
        await page.goto(`${server.url}/policies/mine`);
        await page.getByRole('textbox', { name: /^Policy, YAML/ }).press('a');
        await page.getByRole('link', { name: 'Fleet', exact: true }).click();
        await check('leave');
        expect(found).toEqual([]);
        await page.close({ runBeforeUnload: false });
      });
  },
);

/** A developer of these teams, logged in; the cookie as `name=value`. */
async function logIn(server: TestServer, teams: readonly string[]): Promise<string> {
  const known = 'oidc:https://id.example.com';
  const person = await seePerson(server.store, {
    ...{
      known,
      name: 'ben@example.com',
      displayName: 'Ben Okafor',
      roles: ['developer'],
      teams,
      email: 'ben@example.com',
    },
  });
  const [secret, csrf] = [newSecret(), newSecret()];
  const expiresAt = new Date(Date.now() + 86_400_000);
  await addSession(server.store, { digest: digestOf(secret), person: person.id, csrf, expiresAt });
  return `${server.adminCookie.split('=')[0]!}=${secret}`;
}
