import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addresses, failing } from './addresses.ts';
import { noBrowser, openPages, settled, type Pages } from './open-pages.ts';

const title = (what: string): string => `${what}${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`;

describe.skipIf(noBrowser !== undefined)(title('every view is an address'), () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages('little');
  });
  afterAll(() => pages?.close());

  test('a filter goes into the address, and comes from it', async () => {
    const { page } = await pages.open('/images');
    await page.getByLabel('Verdict').selectOption('fail');
    await page.getByLabel('Name or digest').fill('shop');
    await page.waitForURL('**/images?verdict=fail&q=shop');
    await settled(page);
    const rows = await page.locator('.table-body .table-row').allInnerTexts();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.includes('fail') && row.includes('shop/'))).toBe(true);
    await page.reload();
    await settled(page);
    expect(await page.getByLabel('Verdict').inputValue()).toBe('fail');
    expect(await page.getByLabel('Name or digest').inputValue()).toBe('shop');
    expect(await page.locator('.table-body .table-row').allInnerTexts()).toEqual(rows);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL('**/images');
    expect(await page.getByLabel('Name or digest').inputValue()).toBe('');
    await page.close();
  });

  test('text that looks like a number stays text', async () => {
    const { page } = await pages.open('/images?q=1.10');
    expect(await page.getByLabel('Name or digest').inputValue()).toBe('1.10');
    await page.close();
  });

  test('going back from a tab comes to the tab before', async () => {
    const { page } = await pages.open(`/images/${failing}`);
    await page.getByRole('link', { name: /^Packages/ }).click();
    await page.waitForURL('**?tab=packages');
    await page.getByRole('link', { name: 'History' }).click();
    await page.waitForURL('**?tab=history');
    await page.goBack();
    await page.getByRole('table', { name: 'Packages' }).waitFor();
    await page.close();
  });

  test('a finding is an address too', async () => {
    const { page } = await pages.open(`/images/${failing}?tab=findings`);
    await page.locator('.table-body .table-row').nth(3).click();
    const dialog = page.getByRole('dialog');
    const name = await dialog.getAttribute('aria-label');
    await page.reload();
    await page.getByRole('dialog', { name: name! }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**?tab=findings');
    await page.close();
  });

  test('a theme that was chosen stays', async () => {
    const { page } = await pages.open('/', { theme: 'light' });
    await page.getByLabel('Theme').selectOption('dark');
    const ground = 'getComputedStyle(document.documentElement).backgroundColor';
    expect(await page.evaluate(ground)).toBe('rgb(14, 21, 27)');
    await page.reload();
    await settled(page);
    expect(await page.evaluate(ground)).toBe('rgb(14, 21, 27)');
    await page.getByLabel('Theme').selectOption('system');
    expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)');
    await page.close();
  });

  test('what is new waits behind a pill, and nothing moves by itself', async () => {
    const { page } = await pages.open('/containers');
    const before = await page.locator('.table-body .table-row').allInnerTexts();
    for (let number = 0; number < 3; number += 1)
      pages.standIn.tell({ kind: 'container', host: 'h', container: `c${number}`, name: 'new', what: 'started' });
    await page.getByRole('button', { name: '3 new' }).waitFor();
    expect(await page.locator('.table-body .table-row').allInnerTexts()).toEqual(before);
    const asked = page.waitForRequest('**/v1/containers?*');
    await page.getByRole('button', { name: '3 new' }).click();
    await asked;
    await page.getByRole('button', { name: /new$/ }).waitFor({ state: 'detached' });
    await page.close();
  });

  test('copies as CSV what the table holds', async () => {
    const { page } = await pages.open('/images');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: /^Copy as CSV/ }).click();
    await page.getByText('14 rows copied').waitFor();
    const lines = String(await page.evaluate('navigator.clipboard.readText()')).split('\r\n');
    expect(lines.length).toBe(15);
    expect(lines[0]).toBe('Verdict,Image,Digest,Findings,Running,Base,Team,Size,Scanned');
    await page.close();
  });
});

describe.skipIf(noBrowser !== undefined)(title('a server that fails'), () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages('little', true);
  });
  afterAll(() => pages?.close());

  test('every page says what failed, with the hint and what to quote', async () => {
    const silent: string[] = [];
    for (const address of addresses.filter((path) => !['/log-in', '/nowhere'].includes(path))) {
      const { page, complaints } = await pages.open(address);
      const text = await page.locator('main').innerText();
      if (!text.includes('Could not get') || !text.includes('store-unreachable · req-5f3a') || complaints.length > 0)
        silent.push(address);
      await page.close();
    }
    expect(silent).toEqual([]);
  });
});

describe.skipIf(noBrowser !== undefined)(title('nothing yet'), () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages('nothing');
  });
  afterAll(() => pages?.close());

  test('the first page offers the three first steps', async () => {
    const { page } = await pages.open('/');
    expect(await page.getByRole('region', { name: 'First steps' }).getByRole('heading').allInnerTexts()).toEqual([
      '1\nScan an image',
      '2\nConnect an engine or a cluster',
      '3\nChoose a policy',
    ]);
    await page.getByLabel('Image').fill('registry.example.com/shop/cart:1.8.2');
    await page.getByRole('button', { name: 'Scan' }).click();
    await page.getByText(/layers 61 MB of 203 MB/).waitFor();
    await page.close();
  });

  test('empty lists say what fills them', async () => {
    const said: Record<string, string> = {};
    for (const address of ['/images', '/containers', '/bases', '/ledger', '/waivers']) {
      const { page } = await pages.open(address);
      said[address] = await page.locator('.empty p').first().innerText();
      await page.close();
    }
    expect(said).toEqual({
      '/images': 'No image has been scanned yet.',
      '/containers': 'No engine and no cluster is connected: what runs is not known.',
      '/bases': 'The library is empty: no base has been taken in yet.',
      '/ledger': 'Nothing has been written down yet.',
      '/waivers': 'No exception has been asked for. Each violation on an image’s page has a button for it.',
    });
  });
});
