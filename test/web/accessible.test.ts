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
