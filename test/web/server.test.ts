import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoImage } from '../../tools/demo/demo-image.ts';
import { openBrowser } from '../../web/dev/browser.ts';
import { postgresServers } from '../make/postgres.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { caller, startTestServer, type TestServer } from '../make/test-server.ts';
import { buildPages, noBrowser, openPage, settled } from './open-pages.ts';

const reason = noBrowser ?? noRegistryReason() ?? postgresServers[0]!.missing;

/** The way of a new user: the link, a scan, an advisory, a waiver, a policy, the proof. One test after the other. */
describe.skipIf(reason !== undefined)(
  `pages over a real server${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let server: TestServer;
    let registry: TestRegistry;
    let browser: Browser;
    let page: Page;
    let complaints: readonly string[];
    let reference: string;

    beforeAll(async () => {
      const web = await buildPages();
      registry = await startRegistry();
      reference = (await pushImage(registry, 'shop/cart:1.8.2', demoImage())).replace(/^registry:/, '');
      server = await startTestServer(await postgresServers[0]!.freshDatabase(), {
        web,
        scans: 1,
        allowAddresses: ['127.0.0.0/8'],
      });
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
      await registry?.stop();
    });

    test('who is not logged in comes to the log-in, and from there to the page that was asked for', async () => {
      ({ page, complaints } = await openPage(browser, `${server.url}/ledger?actorKind=human`));
      await page.getByRole('heading', { name: 'Log in to Plimsoll' }).waitFor();
      expect(new URL(page.url()).searchParams.get('to')).toBe('/ledger?actorKind=human');
      const [name, value] = server.adminCookie.split('=', 2);
      await page.context().addCookies([{ name: name!, value: value!, url: server.url }]);
      await page.reload();
      await page.waitForURL('**/ledger?actorKind=human');
      await settled(page);
      expect(await page.locator('.table-body .table-row').first().innerText()).toContain('session.start');
    });

    test('an image is scanned from the page, and its page says what is wrong with it', async () => {
      await page.getByRole('link', { name: 'Settings', exact: true }).click();
      const advisories = join(server.folder, 'log4shell.json');
      writeFileSync(advisories, readFileSync(resolve('data/demo-advisories/cve-2021-44228.json')));
      await page.getByLabel(/^Import OSV advisories/).setInputFiles(advisories);
      await page.getByText('1 advisory read, 1 new or changed').waitFor();
      await page.getByRole('link', { name: 'Fleet', exact: true }).click();
      await page.getByLabel('Image', { exact: true }).fill(reference);
      await page.getByRole('button', { name: 'Scan', exact: true }).click();
      const done = page.getByRole('link', { name: `Done: ${reference}` });
      await done.waitFor({ timeout: 120_000 });
      // The first step is over then, and says so; the way to the image stays.
      await page.getByText('(done)').first().waitFor();
      await done.click();
      await page.getByRole('list').getByText('in scope default').waitFor();
      await page.getByRole('region', { name: 'fixable-severity' }).waitFor();
      expect(await page.getByRole('region', { name: 'fixable-severity' }).innerText()).toContain('CVE-2021-44228');
      expect(await page.getByRole('region', { name: 'What mends it' }).innerText()).toContain('log4j-core to 2.15.0');
      expect(await page.getByRole('button', { name: /^Layer \d/ }).count()).toBe(6);
    });

    test('every tab of it shows something', async () => {
      const said: Record<string, string> = {};
      for (const tab of [
        'Findings',
        'Packages',
        'Secrets',
        'Executables',
        'Configuration',
        'Provenance',
        'Containers',
        'History',
        'Compare',
      ]) {
        await page.getByRole('navigation', { name: 'Parts of the record' }).getByRole('link', { name: tab }).click();
        await settled(page);
        said[tab] = (await page.locator('main').innerText()).split('\nCompare\n').at(-1)!;
      }
      expect(said['Findings']).toContain('CVE-2021-44228');
      expect(said['Packages']).toContain('libssl3');
      expect(said['Secrets']).toContain('/srv/cart/.env');
      expect(said['Executables']).toContain('rows, that is all');
      expect(said['Configuration']).toContain('Entrypoint');
      expect(said['Provenance']).toContain('Signature');
      expect(said['Containers']).toContain('No container runs from it');
      expect(said['History']).toContain('cart');
      expect(said['Compare']).toContain('Choose the image');
    });

    test('a new advisory turns up without the image being opened again', async () => {
      const before = await page.evaluate('location.pathname');
      await page.getByRole('link', { name: 'Settings', exact: true }).click();
      const advisories = join(server.folder, 'minimist.json');
      writeFileSync(advisories, readFileSync(resolve('data/demo-advisories/cve-2021-44906.json')));
      await page.getByLabel(/^Import OSV advisories/).setInputFiles(advisories);
      await page.getByText('1 advisory read, 1 new or changed; 1 image judged again').waitFor();
      await page.goto(`${server.url}${String(before)}`);
      await page.getByText('npm install minimist@1.2.6').first().waitFor();
    });

    test('a waiver is asked for on the image and approved by whoever may', async () => {
      const region = page.getByRole('region', { name: 'fixable-severity' });
      await region
        .getByRole('button', { name: /^Ask for a waiver/ })
        .first()
        .click();
      await page.getByLabel('Why it can be borne for now').fill('the logger is switched off');
      await page.getByRole('button', { name: 'Ask for it' }).click();
      await page.getByText('Asked for. Whoever may decide').waitFor();
      await page.getByRole('dialog').getByRole('link', { name: 'Waivers' }).click();
      await page.getByText('the logger is switched off').first().waitFor();
      // Nobody approves what they asked for: the button is not there.
      expect(await page.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
      const secret = await server.tokenOfAnother(['read', 'waiver.decide']);
      const other = caller(server.url, { authorization: `Bearer ${secret}` });
      const { body } = await other<{ items: { id: string }[] }>('GET', '/v1/waivers?state=requested');
      const decided = await other('POST', `/v1/waivers/${body.items[0]!.id}/approve`, { why: 'looked at it' });
      expect(decided.status).toBe(200);
      // Where the word of the request came after the list was read, the waiver still counts as new.
      await page.getByRole('button', { name: /^1 (?:new|changed)$/ }).click();
      await page.getByText('No waiver is requested.').waitFor();
      await page.getByLabel('State').selectOption('approved');
      await page.getByText(/approved by .*: looked at it/).waitFor();
    });

    test('a policy is checked, simulated, and saved with a reason', async () => {
      await page.goto(`${server.url}/policies/production`);
      const text = page.getByRole('textbox', { name: /^Policy, YAML/ });
      const was = await text.inputValue();
      await text.fill(was.replace(/^kind: Policy/m, 'kind: Polizei'));
      await page.getByText(/^line 2, column/).waitFor();
      await text.fill(was.replace(/(no-root-user:\n +effect: )fail/, '$1warn'));
      await page.getByText('No mistakes, not saved').waitFor();
      await page.getByRole('button', { name: 'Simulate' }).click();
      await page.getByText('Unchanged').waitFor();
      await page.getByLabel('Why it is changed').fill('root is borne for a while');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByLabel('Version').waitFor();
      expect(await page.getByLabel('Version').locator('option').count()).toBe(2);
    });

    test('search finds the image, its CVE, its package', async () => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Search/ }).click();
      for (const [word, kind] of [
        ['cart', 'Images'],
        ['CVE-2021-44228', 'Findings'],
        ['log4j-core', 'Packages'],
      ] as const) {
        await page.getByRole('combobox', { name: /^Search/ }).fill(word);
        await page.getByRole('listbox', { name: 'Found' }).getByText(kind, { exact: true }).waitFor();
      }
      await page.keyboard.press('Escape');
    });

    test('impact: from the CVE to the image', async () => {
      await page.goto(`${server.url}/impact`);
      await page.getByRole('searchbox').fill('CVE-2021-44228');
      await page.waitForURL('**/impact?q=CVE-2021-44228');
      await page.getByText('reaches 1 image of 1 record').waitFor();
      expect(await page.getByRole('region', { name: 'Images' }).innerText()).toContain('log4j-core 2.14.1');
    });

    test('the ledger tells it all, and proves it', async () => {
      await page.goto(`${server.url}/ledger`);
      await settled(page);
      const did = await page.locator('.table-body .table-row code').allInnerTexts();
      expect(did).toEqual(
        expect.arrayContaining(['session.start', 'policy.change', 'waiver.approve', 'waiver.request']),
      );
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText(/^Intact: \d+ entries checked at .*, none altered, dropped or reordered\.$/).waitFor();
      await page.getByText('The proof').click();
      expect(await page.getByRole('region', { name: 'Proof' }).innerText()).toMatch(/Merkle root\s+\S{40,}/);
    });

    test('a token is made, shown once, and revoked by its name', async () => {
      await page.goto(`${server.url}/settings`);
      await page.getByLabel('Name', { exact: true }).fill('pipeline');
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByText('it is shown this once').waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Revoke pipeline' }).waitFor();
      expect(await page.getByText('it is shown this once').count()).toBe(0);
      await page.getByRole('button', { name: 'Revoke pipeline' }).click();
      await page.getByLabel(/^Type pipeline/).fill('pipeline');
      await page.getByRole('button', { name: 'Revoke it' }).click();
      await page.getByRole('button', { name: 'Revoke pipeline' }).waitFor({ state: 'detached' });
    });

    test('the browser complained of nothing: no error, no other server, nothing against the policy of content', () => {
      expect(complaints).toEqual([]);
    });
  },
);
