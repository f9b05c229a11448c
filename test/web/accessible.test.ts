import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { addresses, failing } from './addresses.ts';
import { noBrowser, openPages, type Pages } from './open-pages.ts';

describe.skipIf(noBrowser !== undefined)(
  `pages are accessible${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`,
  () => {
    let pages: Pages;
    beforeAll(async () => {
      pages = await openPages('little');
    });
    afterAll(() => pages?.close());

    for (const theme of ['light', 'dark'] as const)
      test(`the dialogs of an image in the ${theme} theme`, async () => {
        const { page } = await pages.open(`/images/${failing}`, { theme });
        await page.keyboard.press('/');
        await page.getByRole('combobox', { name: /^Search/ }).fill('cart');
        await page.getByRole('listbox', { name: 'Found' }).getByRole('option').first().waitFor();
        const found = await violationsOf(page);
        await page.keyboard.press('Escape');
        await page
          .getByRole('button', { name: /^Ask for a waiver/ })
          .first()
          .click();
        const waiver = await violationsOf(page);
        await page.keyboard.press('Escape');
        await page
          .getByRole('link', { name: /^Findings/ })
          .first()
          .click();
        await page.locator('.table-body .table-row').first().click();
        await page.getByRole('dialog').waitFor();
        expect({ found, waiver, finding: await violationsOf(page) }).toEqual({ found: [], waiver: [], finding: [] });
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
