import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../web/dev/browser.ts';
import { postgresServers } from '../make/postgres.ts';
import { startTestServer, type TestServer } from '../make/test-server.ts';
import { buildPages, noBrowser, openPage } from './open-pages.ts';

const reason = noBrowser ?? postgresServers[0]!.missing;

/** Somebody reads while the server goes away. One test after the other. */
describe.skipIf(reason !== undefined)(
  `pages whose server is gone${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let server: TestServer;
    let browser: Browser;
    let page: Page;
    beforeAll(async () => {
      server = await startTestServer(await postgresServers[0]!.freshDatabase(), { web: await buildPages() });
      for (let number = 0; number < 120; number++) await server.withToken(['read']);
      browser = await openBrowser();
      ({ page } = await openPage(browser, `${server.url}/ledger`, { cookie: server.adminCookie }));
      // The first hundred; what comes after them is asked for as they are scrolled.
      await page.locator('.table-body .table-row').first().waitFor();
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });

    test('it is said in sight, with the time of what is shown, and nothing moves for it', async () => {
      await page.evaluate('scrollTo(0, 0)');
      const before = await page.getByRole('heading', { name: 'Ledger' }).boundingBox();
      await server.stop();
      await page.getByText('Live updates interrupted; trying again.').waitFor();
      expect(await page.locator('.connection').innerText()).toMatch(
        /What is shown is of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC or before\./,
      );
      expect(await page.getByRole('heading', { name: 'Ledger' }).boundingBox()).toEqual(before);
    });

    test('a page that was not opened before says that nobody answers, and the way to the others stays', async () => {
      await page.getByRole('link', { name: 'Sources', exact: true }).click();
      await page.getByText('Could not get this part of the page. The server does not answer.').waitFor();
      await page.getByRole('link', { name: 'Ledger', exact: true }).click();
      await page.getByRole('heading', { name: 'Ledger' }).waitFor();
      // What was read is still there to read.
      expect(await page.locator('.table-body .table-row').count()).toBeGreaterThan(10);
      await page.getByRole('link', { name: 'Sources', exact: true }).click();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    });

    test('it comes back: the page that could not be had is there at the next try', async () => {
      await server.restart();
      await page.getByText('Live updates interrupted').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('Nothing is connected yet: what runs is not known.').waitFor();
    });

    test('a list follows again: it says how much is new, and shows it when asked', async () => {
      await page.getByRole('link', { name: 'Ledger', exact: true }).click();
      const rows = page.locator('.table-body .table-row');
      await rows.first().waitFor();
      const last = Number.parseInt(await rows.first().innerText(), 10);
      await server.withToken(['read']);
      const pill = page.getByRole('button', { name: /^\d+ new$/ });
      await pill.waitFor();
      // The server may write of itself meanwhile that it judges: that is new, too, before or after.
      const made = async (): Promise<number> => {
        if ((await pill.count()) > 0) await pill.click();
        const news = (await rows.allInnerTexts()).filter((text) => Number.parseInt(text, 10) > last);
        return news.filter((text) => text.includes('token.make')).length;
      };
      await expect.poll(made, { timeout: 20_000 }).toBe(1);
    });

    test('rows that cannot be had are missing loudly, and come when asked for again', async () => {
      let isBroken = true;
      await page.route('**/v1/ledger?*cursor=*', (route) => (isBroken ? route.abort() : route.continue()));
      await page.reload();
      await page.locator('.table-body .table-row').first().waitFor();
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      await page.getByText('Could not get more than these rows, or newer ones. The server does not answer.').waitFor();
      await page.getByText('100 rows so far, more as you scroll').waitFor();
      isBroken = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(/^1[2-9]\d rows, that is all$/).waitFor();
    });
  },
);
