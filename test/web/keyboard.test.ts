import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../web/dev/images.ts';
import { failing } from './addresses.ts';
import { noBrowser, openPages, settled, type Pages } from './open-pages.ts';

describe.skipIf(noBrowser !== undefined)(
  `pages by keyboard${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`,
  () => {
    let pages: Pages;
    beforeAll(async () => {
      pages = await openPages('little');
    });
    afterAll(() => pages?.close());

    test('j and k go through the rows, enter opens one', async () => {
      const { page } = await pages.open('/images');
      const row = (): Promise<unknown> => page.evaluate('document.activeElement.getAttribute("data-index")');
      const seen: unknown[] = [];
      for (const key of ['j', 'j', 'j', 'k', 'ArrowDown', 'ArrowUp', 'End', 'Home', 'j']) {
        await page.keyboard.press(key);
        await page.waitForTimeout(60);
        seen.push(await row());
      }
      expect(seen).toEqual(['0', '1', '2', '1', '2', '1', '13', '0', '1']);
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/images/${digestOf(1)}`);
      await page.close();
    });

    test('letters are letters where somebody types', async () => {
      const { page } = await pages.open('/images');
      await page.getByLabel('Name or digest').fill('');
      await page.getByLabel('Name or digest').pressSequentially('j/?k');
      expect(await page.getByLabel('Name or digest').inputValue()).toBe('j/?k');
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.close();
    });

    test('/ searches: arrows choose, enter opens, escape gives the focus back', async () => {
      const { page } = await pages.open('/containers');
      await page.getByRole('link', { name: 'Ledger', exact: true }).focus();
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: /^Search/ }).fill('anything');
      await page.getByRole('listbox', { name: 'Found' }).getByRole('option').nth(4).waitFor();
      expect(
        await page.getByRole('listbox', { name: 'Found' }).getByRole('option', { selected: true }).innerText(),
      ).toContain('shop/cart:1.0.0');
      await page.keyboard.press('Escape');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Ledger');
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: /^Search/ }).fill('debian');
      await page.getByRole('listbox', { name: 'Found' }).getByRole('option').nth(4).waitFor();
      await page.keyboard.press('ArrowUp');
      expect(
        await page.getByRole('listbox', { name: 'Found' }).getByRole('option', { selected: true }).innerText(),
      ).toContain('debian-12');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/bases/debian-12');
      await page.close();
    });

    test('? shows the keys', async () => {
      const { page } = await pages.open('/');
      await page.keyboard.press('?');
      expect(await page.getByRole('dialog', { name: 'Keys' }).innerText()).toContain('search everything');
      await page.close();
    });

    test('the layers of an image: arrows say what each brought, enter lists its findings', async () => {
      const { page } = await pages.open(`/images/${failing}`);
      await page.getByRole('button', { name: /^Layer 1 of the base/ }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(
        /^Layer 2 of the base, .*: 12 packages, 4 executables, 3 findings; RUN apt-get update/,
      );
      await page.keyboard.press('Enter');
      await page.waitForURL('**?tab=findings&layer=1');
      await page.close();
    });

    test('the first stop is a way past the navigation', async () => {
      const { page } = await pages.open('/');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the page');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('page');
      await page.close();
    });

    test('the editor completes words and marks what is wrong', async () => {
      const { page } = await pages.open('/policies/production');
      const text = page.getByRole('textbox', { name: /^Policy, YAML/ });
      await text.focus();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('  no-ro');
      await page.keyboard.press('Control+Space');
      expect(await text.inputValue()).toMatch(/\n {2}no-root-user: $/);
      await text.fill(`${await text.inputValue()}{ fixedForDayz: 3 }\n`);
      await page.getByText('line 9, column 50:').waitFor();
      expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
      expect(await page.getByRole('button', { name: 'Simulate' }).isDisabled()).toBe(true);
      await page.close();
    });

    test('what is destroyed is named first', async () => {
      const { page } = await pages.open('/sources');
      await page.getByRole('button', { name: 'Forget edge-7' }).click();
      const button = page.getByRole('button', { name: 'Forget it' });
      expect(await button.isDisabled()).toBe(true);
      await page.getByLabel(/Type edge-7/).fill('edge-7');
      expect(await button.isDisabled()).toBe(false);
      await button.click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await settled(page);
      await page.close();
    });
  },
);
