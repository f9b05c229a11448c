import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser, openPages, type Pages } from './open-pages.ts';

describe.skipIf(noBrowser !== undefined)(
  `100,000 rows${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`,
  () => {
    let pages: Pages;
    beforeAll(async () => {
      pages = await openPages('many');
    });
    afterAll(() => pages?.close());

    test('a list is read page by page as it is scrolled, and holds only the rows in sight', async () => {
      const { page, complaints } = await pages.open('/images');
      const counts: number[] = [];
      for (let step = 0; step < 200; step += 1) {
        await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
        await page.waitForTimeout(30);
        counts.push(await page.locator('.table-body .table-row').count());
        if (await page.getByText('100,000 rows, that is all').isVisible()) break;
      }
      expect(await page.getByText('100,000 rows, that is all').isVisible()).toBe(true);
      expect(Math.max(...counts)).toBeLessThan(80);
      expect(complaints).toEqual([]);
      await page.keyboard.press('Home');
      await page.close();
    });

    test('the last of 100,000 rows is a key away', async () => {
      const { page } = await pages.open('/images');
      await page.keyboard.press('j');
      for (let step = 0; step < 150 && !(await page.getByText('rows, that is all').isVisible()); step += 1) {
        await page.keyboard.press('End');
        await page.waitForTimeout(40);
      }
      await page.keyboard.press('End');
      await page.waitForTimeout(200);
      expect(await page.evaluate('document.activeElement.getAttribute("aria-rowindex")')).toBe('100001');
      await page.close();
    });

    test('5,000 packages of one image are sorted and filtered', async () => {
      const { page } = await pages.open('/images');
      await page.locator('.table-body a').first().click();
      await page.getByRole('link', { name: /^Packages/ }).click();
      await page.getByText('5,000 rows, that is all').waitFor();
      await page.getByRole('button', { name: 'Findings', exact: true }).click();
      await page.waitForURL('**sort=findings');
      const first = page.locator('.table-body .table-row').first();
      expect(await first.innerText()).toMatch(/\b4\b/);
      await page.close();
    });
  },
);
