import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addresses, failing } from './addresses.ts';
import { noBrowser, openPages, type Pages } from './open-pages.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe has against a page by WCAG 2.2 A and AA, as `rule: element`. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  // Through the debugger, since the page's own policy lets no foreign script in.
  await page.evaluate(axe);
  return page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + (failureSummary ?? '').slice(0, 300))))`);
}

describe.skipIf(noBrowser !== undefined)(
  `pages are accessible${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`,
  () => {
    let pages: Pages;
    beforeAll(async () => {
      pages = await openPages('little');
    });
    afterAll(() => pages?.close());

    test('the dialogs', async () => {
      const { page } = await pages.open(`/images/${failing}`);
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: /^Search/ }).fill('cart');
      await page.getByRole('listbox', { name: 'Found' }).getByRole('option').first().waitFor();
      const found = await violationsOf(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      const keys = await violationsOf(page);
      await page.keyboard.press('Escape');
      await page
        .getByRole('button', { name: /^Ask for a waiver/ })
        .first()
        .click();
      expect({ found, keys, waiver: await violationsOf(page) }).toEqual({ found: [], keys: [], waiver: [] });
      await page.close();
    });

    test('a phone, for every page: nothing is wider than the window', async () => {
      const wide: string[] = [];
      for (const address of addresses) {
        const { page } = await pages.open(address, { width: 380 });
        if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) wide.push(address);
        await page.close();
      }
      expect(wide).toEqual([]);
    });
  },
);
