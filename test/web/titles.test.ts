import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addresses, failing } from './addresses.ts';
import { noBrowser, openPages, type Pages } from './open-pages.ts';

/** What a page shows short, it says whole on hover: digests, times, figures, text that has no room. */
describe.skipIf(noBrowser !== undefined)(
  `what is short is said whole${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`,
  () => {
    let pages: Pages;
    beforeAll(async () => {
      pages = await openPages('little');
    });
    afterAll(() => pages?.close());

    test('every digest of twelve characters has the whole as its title, and every relative time the exact one', async () => {
      const silent: string[] = [];
      const seen = { digests: 0, times: 0 };
      for (const address of addresses) {
        const { page } = await pages.open(address);
        const found = (await page.evaluate(`[...document.querySelectorAll('code, time')].map((element) => {
          const text = element.textContent.trim();
          const isTime = element.tagName === 'TIME';
          if (!isTime && !/^[0-9a-f]{12}$/.test(text)) return undefined;
          const whole = isTime
            ? (element.title || element.closest('[data-exact]')?.dataset.exact || '')
            : (element.closest('[title]')?.title ?? '');
          const isSaid = isTime ? /^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC$/.test(whole) : whole.includes(text) && whole.length >= 64;
          return { kind: isTime ? 'times' : 'digests', text, isSaid };
        }).filter((each) => each !== undefined)`)) as { kind: 'times' | 'digests'; text: string; isSaid: boolean }[];
        for (const { kind, text, isSaid } of found) {
          seen[kind] += 1;
          if (!isSaid) silent.push(`${address}: ${text}`);
        }
        await page.close();
      }
      expect(silent).toEqual([]);
      // The pages have such: an empty list proves nothing.
      expect([seen.digests > 20, seen.times > 20]).toEqual([true, true]);
    });

    test('each day of the trend says its numbers, each layer of an image what it brought', async () => {
      const { page } = await pages.open('/');
      const days = (await page.evaluate(
        `[...document.querySelectorAll('.trend-day')].map(({ title }) => title)`,
      )) as string[];
      expect(days.length).toBe(30);
      for (const day of days)
        expect(day).toMatch(/^\d{4}-\d\d-\d\d: \d+ fail, \d+ cannot tell, \d+ unknown, \d+ pass$/);
      await page.goto(`${pages.standIn.url}/images/${failing}`);
      const layers = page.getByRole('button', { name: /^Layer \d+ of the / });
      await layers.first().waitFor();
      const names = (await page.evaluate(
        `[...document.querySelectorAll('button[aria-label^="Layer "]')].map((each) => each.getAttribute('aria-label'))`,
      )) as string[];
      for (const name of names)
        expect(name).toMatch(
          /^Layer \d+ of the (base|application), [\d.]+ k?[MG]?B: [\d,]+ packages?, [\d,]+ executables?, /,
        );
      await layers.nth(1).hover();
      expect(await page.locator('.layer-words').innerText()).toMatch(/^Layer 2, base/);
      await page.close();
    });

    test('abbreviations at the head of a column or a tab say what they stand for', async () => {
      const { page } = await pages.open(`/images/${failing}?tab=findings`, { width: 1680 });
      expect(await page.getByRole('columnheader', { name: 'EPSS' }).getAttribute('title')).toBe(
        'Exploit Prediction Scoring System: how likely it is exploited within 30 days',
      );
      await page.goto(`${pages.standIn.url}/settings`);
      expect(await page.getByRole('link', { name: 'VEX', exact: true }).getAttribute('title')).toBe(
        'Vulnerability Exploitability eXchange',
      );
      await page.close();
    });

    test('text that has no room in a row is said whole once the pointer is on it', async () => {
      const { page } = await pages.open('/settings/vex', { width: 900 });
      const name = page.locator('.table-body .table-row').nth(1).locator('.cut').first();
      const room = `(() => { const cut = document.querySelectorAll('.table-body .table-row')[1].querySelector('.cut');
        return [cut.scrollWidth > cut.clientWidth, cut.title]; })()`;
      expect(await page.evaluate(room)).toEqual([true, '']);
      await name.hover();
      expect(await name.getAttribute('title')).toBe('product-1-openvex-of-the-platform-team.json');
      await page.close();
    });
  },
);
