import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Permission, rolePermissions, type Role } from '../../src/server/contract/index.ts';
import { violationsOf } from './axe.ts';
import { noBrowser, openPages, type Pages } from './open-pages.ts';

const title = (what: string): string => `${what}${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`;
const views = [
  '/settings/vex',
  '/settings/vex/vex-0',
  '/settings/vex?add=yes',
  '/settings/trust',
  '/settings/channels',
  '/settings/channels?add=email',
  '/settings/channels?change=owners',
];

describe.skipIf(noBrowser !== undefined)(title('VEX documents, trust root and channels'), () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages('little');
  });
  afterAll(() => pages?.close());

  /** The page as somebody of a role sees it, who reaches some teams or all. */
  async function openAs(role: Role, address: string, teams?: readonly string[]): Promise<Page> {
    const { page } = await pages.open('/nowhere');
    const permissions: readonly Permission[] = rolePermissions[role];
    const me = { actor: { kind: 'human', name: 'grace', known: 'oidc' }, displayName: 'Grace', roles: [role], teams };
    await page.route('**/v1/me', (route) => route.fulfill({ json: { ...me, permissions, csrfToken: 'x' } }));
    await page.goto(pages.standIn.url + address);
    await page.locator('h1').first().waitFor();
    await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
    return page;
  }

  for (const theme of ['light', 'dark'] as const)
    test(`axe has nothing against them in the ${theme} theme, the dialogs too`, async () => {
      const found: Record<string, readonly string[]> = {};
      for (const address of views) {
        const { page, complaints } = await pages.open(address, { theme });
        found[address] = [...(await violationsOf(page)), ...complaints];
        await page.close();
      }
      expect(found).toEqual(Object.fromEntries(views.map((address) => [address, []])));
    });

  test('by keyboard: from tab to tab, into a document, and out of a dialog that is an address', async () => {
    const { page } = await pages.open('/settings');
    await page.getByRole('link', { name: 'VEX', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/settings/vex');
    await page.getByRole('table', { name: 'VEX documents' }).waitFor();
    await page.keyboard.press('j');
    await page.waitForTimeout(60);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/settings/vex/vex-0');
    await page.getByLabel('Vulnerability, package, reason').fill('CVE-2026-1239');
    await page.waitForURL('**/settings/vex/vex-0?q=CVE-2026-1239');
    expect(await page.getByRole('region', { name: 'What it says' }).locator('tbody tr').count()).toBe(1);
    await page.goto(`${pages.standIn.url}/settings/channels?add=email`);
    await page.getByRole('dialog', { name: 'Add a channel' }).waitFor();
    expect(await page.getByLabel('Kind').inputValue()).toBe('email');
    await page.keyboard.press('Escape');
    await page.waitForURL('**/settings/channels');
    await page.close();
  });

  test('a document is sent as text, and why it is not taken is said with its place', async () => {
    const { page } = await pages.open('/settings/vex');
    await page.getByRole('link', { name: 'Add one' }).click();
    await page.waitForURL('**/settings/vex?add=yes');
    await page.getByLabel('Or its text').fill('statements: []');
    await page.getByLabel(/^Name/).fill('cart.json');
    expect(await page.getByRole('button', { name: 'Add it' }).isDisabled()).toBe(true);
    await page.getByLabel('Why it is to be believed').fill('reviewed');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('Cart.json is not JSON: line 1, column 1').waitFor();
    await page.getByLabel('Or its text').fill('{}');
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.waitForURL('**/settings/vex/vex-3?sent=new');
    await page.getByText('Taken in. Images that it is about have been judged again.').waitFor();
    await page.close();
  });

  test('what a document says, what of it does not count, and which images it is about', async () => {
    const { page } = await pages.open('/settings/vex/vex-0');
    const main = await page.locator('main').innerText();
    for (const text of ['1 part of it could not be used:', 'statement 15 has no product', '14 statements', '3 images'])
      expect(main).toContain(text);
    await page.getByRole('region', { name: 'Images it is about' }).getByRole('link').first().click();
    await page.waitForURL('**/images/sha256:*?tab=findings');
    await page.close();
  });

  test('a document is removed with its name and a reason', async () => {
    const { page } = await pages.open('/settings/vex/vex-0');
    await page.getByRole('button', { name: 'Remove it' }).click();
    const button = page.getByRole('dialog').getByRole('button', { name: 'Remove it' });
    await page.getByLabel(/^Type cart.openvex.json/).fill('cart.openvex.json');
    expect(await button.isDisabled()).toBe(true);
    await page.getByRole('dialog').getByLabel('Why').fill('it is reached now');
    const asked = page.waitForRequest((request) => request.method() === 'DELETE');
    await button.click();
    expect((await asked).url()).toMatch(/\/v1\/vex\/vex-0\?why=it\+is\+reached\+now$/);
    await page.waitForURL('**/settings/vex');
    await page.close();
  });

  test('the trust root is checked as it is written, and not left by mistake', async () => {
    const { page } = await pages.open('/settings/trust');
    await page.getByText('No mistakes; it trusts 2 signers').waitFor();
    const text = page.getByRole('textbox', { name: 'Trust root, YAML' });
    const was = await text.inputValue();
    await text.fill(was.replace('repositories', 'repositoriez'));
    await page.getByText('line 12, column 5:').waitFor();
    await page.getByLabel('Why it is changed').fill('a mistake');
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'VEX', exact: true }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    expect(await page.getByRole('dialog').innerText()).toContain('in the trust root');
    await page.getByRole('button', { name: 'Stay' }).click();
    await page.getByRole('button', { name: 'Undo all' }).click();
    expect(await text.inputValue()).toBe(was);
    await page.close();
  });

  test('a channel says whom it tells of what, and what came of a test', async () => {
    const { page } = await pages.open('/settings/channels');
    const card = (name: string) => page.getByRole('region', { name, exact: true });
    expect(await card('shop-on-call').innerText()).toContain(
      'Tells of turns to fail, of images that run, of teams shop, pay, in production.',
    );
    // One of the server's own file is not changed here.
    expect(await card('pager').getByRole('button').count()).toBe(1);
    expect(await card('pager').getByRole('link').count()).toBe(0);
    await card('owners')
      .getByRole('button', { name: /^Send a test/ })
      .click();
    await card('owners').getByText('Sent: a message that says that it is a test.').waitFor();
    await card('tickets')
      .getByRole('button', { name: /^Send a test/ })
      .click();
    await card('tickets')
      .getByText(
        'Not sent: https://tickets.example.com answered 404 Not Found. Messages would be lost: change the channel.',
      )
      .waitFor();
    await page.close();
  });

  test('what is kept of a channel and not shown is not sent again', async () => {
    const { page } = await pages.open('/settings/channels?change=owners');
    await page.getByLabel('From').fill('harbour@example.com');
    const asked = page.waitForRequest((request) => request.method() === 'PUT');
    await page.getByRole('button', { name: 'Save' }).click();
    const request = await asked;
    expect([new URL(request.url()).pathname, request.postDataJSON()]).toEqual([
      '/v1/notify/owners',
      {
        kind: 'email',
        results: ['fail', 'cannot-tell'],
        running: false,
        from: 'harbour@example.com',
        to: ['security@example.com'],
        ownerDomains: ['example.com'],
      },
    ]);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.close();
  });

  test('what somebody may not do is not there', async () => {
    const seen: Record<string, unknown> = {};
    for (const [who, role, teams] of [
      ['a developer', 'developer', undefined],
      ['security', 'security', undefined],
      ['security of one team', 'security', ['shop']],
    ] as const) {
      const page = await openAs(role, '/settings/vex', teams);
      const tabs = await page
        .getByRole('navigation', { name: 'Parts of the settings' })
        .getByRole('link')
        .allInnerTexts();
      const mayAdd = (await page.getByRole('link', { name: 'Add one' }).count()) > 0;
      await page.getByRole('link', { name: 'Trust root' }).click();
      const text = page.getByRole('textbox', { name: 'Trust root, YAML' });
      await text.waitFor();
      seen[who] = [tabs.at(-1), mayAdd, await text.isEditable()];
      await page.context().close();
    }
    expect(seen).toEqual({
      'a developer': ['Trust root', false, false],
      security: ['Notifications', true, true],
      'security of one team': ['Trust root', true, false],
    });
  });
});

describe.skipIf(noBrowser !== undefined)(title('VEX documents, trust root and channels where there are none'), () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages('nothing');
  });
  afterAll(() => pages?.close());

  test('say what that means and what to do next', async () => {
    const said: Record<string, string> = {};
    for (const address of ['/settings/vex', '/settings/trust', '/settings/channels']) {
      const { page } = await pages.open(address);
      said[address] = await page.locator('.empty p').first().innerText();
      expect(await violationsOf(page)).toEqual([]);
      await page.close();
    }
    expect(said).toEqual({
      '/settings/vex': 'None is kept: every vulnerability that is found counts. Add one here, or from a pipeline:',
      '/settings/trust':
        'No trust root is in force: no signature counts, and a policy that asks for one cannot tell. Write one below, or send the file that you have:',
      '/settings/channels':
        'Nobody is told: a verdict that turns is seen on the fleet page alone. Begin with where your people look:',
    });
  });

  test('a trust root begins with a text that is right', async () => {
    const { page } = await pages.open('/settings/trust');
    await page.getByText('No mistakes, not saved; it trusts nobody yet').waitFor();
    await page.getByLabel('Why it is changed').fill('the first');
    expect(await page.getByRole('button', { name: 'Save' }).isEnabled()).toBe(true);
    await page.close();
  });
});
