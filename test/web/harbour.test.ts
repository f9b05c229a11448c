import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../make/harbour.ts';
import { latecomer } from '../make/harbour-images.ts';
import { violationsOf } from './axe.ts';
import { noHarbour, openHarbour, type HarbourPages } from './harbour-pages.ts';
import { settled } from './open-pages.ts';

/** Every page over one real server: real scans, a real engine with its containers, people with their roles. */
describe.skipIf(noHarbour !== undefined)(
  `pages over a filled server${noHarbour === undefined ? '' : ` (skipped: ${noHarbour})`}`,
  () => {
    let pages: HarbourPages;
    let cart: string;
    let gate: string;
    beforeAll(async () => {
      pages = await openHarbour();
      cart = pages.harbour.images['shop/cart:1.8.2']!;
      gate = pages.harbour.images['pay/gate:2.4.0']!;
    });
    afterAll(() => pages?.close());
    const textOf = async (page: Page, region: string): Promise<string> =>
      (await page.getByRole('region', { name: region }).innerText()).replaceAll(/\s+/g, ' ');

    test('fleet: what runs by environment, what turned and why, what is open longest, what is not known', async () => {
      const { page } = await pages.open('auditor', '/');
      expect(await textOf(page, 'What runs, by environment')).toBe(
        'What runs, by environment production 4 containers in 3 workloads on 1 host 3 fail 1 pass ' +
          'staging 2 containers in 2 workloads on 1 host 1 fail 1 pass development 1 container in 1 workload on 1 host 1 cannot tell',
      );
      const turned = await textOf(page, 'Turned in the last 24 hours');
      expect(turned).toContain('was pass → now fail scope payments 2 containers in production');
      expect(turned).toContain('CVE-2021-44906 (critical) in minimist 1.2.0');
      const oldest = await textOf(page, 'Open longest, by owner');
      expect(oldest).toContain('debian-12 base CVE-2024-6119 high');
      expect(oldest).toContain('payments app CVE-2021-44906 critical');
      expect(await textOf(page, 'Coverage')).toBe(
        'Coverage Heard from 2 of 2 sources Images that run 6 of 6 with a record',
      );
      await page.getByRole('link', { name: '3 fail' }).click();
      await page.waitForURL('**/containers?environment=production&verdict=fail');
      await page.getByText('3 rows, that is all').waitFor();
      await page.close();
    });

    test('image: a verdict for each scope, base and application apart, its layers to scale and in a table', async () => {
      const { page } = await pages.open('auditor', `/images/${cart}`);
      expect(await textOf(page, 'Verdict by scope')).toMatch(
        /^Verdict by scope fail in scope default 9 violations · since .* · policy production [0-9a-f]{12} · 1 waived$/,
      );
      expect(await textOf(page, 'What mends it')).toContain('4 violations base rebuild on a newer debian-12');
      expect(await textOf(page, 'Base')).toContain('5 packages');
      expect(await textOf(page, 'Application')).toContain('8 packages');
      await page.getByText('As a table').click();
      expect(await page.getByRole('row', { name: /^4 app/ }).innerText()).toMatch(
        /COPY search\/lib \/srv\/search\/lib/,
      );
      await page.getByRole('button', { name: /^Layer 4 of the application/ }).click();
      await page.waitForURL('**?tab=findings&layer=3');
      await page.getByText('1 row, that is all').waitFor();
      expect(await page.locator('.table-body .table-row').allInnerTexts()).toEqual([
        expect.stringMatching(
          /^critical\s+CVE-2021-44228 exploited\s+org.apache.logging.log4j:log4j-core\s+2.14.1 → 2.15.0/,
        ),
      ]);
      await page.close();
    });

    test('image: a finding with its evidence and its mend', async () => {
      const { page } = await pages.open('auditor', `/images/${cart}?tab=findings`);
      await page.locator('.table-row', { hasText: 'CVE-2021-44228' }).click();
      const said = (await page.getByRole('dialog').innerText()).replaceAll(/\s+/g, ' ');
      for (const part of [
        'log4j-core-2.14.1.jar',
        'set org.apache.logging.log4j:log4j-core to 2.15.0',
        'COPY search/lib',
      ])
        expect(said).toContain(part);
      await page.close();
    });

    test('image: from the commit to the containers that run from it', async () => {
      const { page } = await pages.open('auditor', `/images/${gate}?tab=provenance`);
      const said = await textOf(page, 'From commit to container');
      expect(said).toContain('https://git.example.com/pay/gate at 3f1c2ab49e0d7c55a6b2f0c1d9e8a7b6c5d4e3f2');
      expect(said).toContain('Containers 2 containers on node-7');
      expect(said).toContain('not known: builder, signature');
      await page
        .getByRole('link', { name: /^Containers/ })
        .last()
        .click();
      await page.getByText('2 rows, that is all').waitFor();
      await page.getByRole('link', { name: 'History' }).click();
      await page.getByText('CVE-2021-44906 (critical) in minimist 1.2.0').first().waitFor();
      await page.close();
    });

    test('image: compared with the release before', async () => {
      const { images } = pages.harbour;
      const { page } = await pages.open('auditor', `/images/${images['shop/search:3.1.1']}?tab=compare`);
      await page.getByLabel('Compare with').selectOption(images['shop/search:3.1.0']!);
      await page.getByText('0 new findings, 1 gone').waitFor();
      expect(await textOf(page, 'Gone')).toContain('CVE-2021-23337');
      expect(await textOf(page, 'Packages')).toContain('lodash 4.17.20 → 4.17.21');
      await page.close();
    });

    test('the policy has one digest, wherever it is named', async () => {
      const { page } = await pages.open('auditor', `/images/${gate}`);
      const digests = await page.locator('.scope code').allInnerTexts();
      await page.getByRole('link', { name: 'production' }).first().click();
      await page.getByText('verdicts name it').waitFor();
      expect(new Set(digests)).toEqual(new Set([await page.locator('.digest code').first().innerText()]));
      await page.getByText('with 1 waiver').waitFor();
      await page.close();
    });

    test('bases: the library, one as a graph, and whom a CVE reaches while it is typed', async () => {
      const { page } = await pages.open('auditor', '/bases');
      expect(await page.locator('.table-body .table-row').allInnerTexts()).toEqual([
        expect.stringMatching(/^alpine-3\s+candidate\s+pass/),
        expect.stringMatching(/^debian-12\s+candidate\s+fail/),
      ]);
      await page.getByRole('link', { name: 'alpine-3' }).click();
      await page.getByRole('list', { name: 'Releases and the images on them' }).waitFor();
      expect(await page.locator('.tree-leaf').count()).toBe(5);
      await page.getByRole('link', { name: 'Impact', exact: true }).click();
      await page.getByRole('searchbox').pressSequentially('CVE-2021-44906', { delay: 5 });
      await page.getByText('reaches 2 images of 7 records, and 2 containers').waitFor();
      expect(await textOf(page, 'Owners')).toContain('payments 1 image, 2 containers');
      await page.close();
    });

    test('ledger: people and automation apart, a session as a transcript, and the proof', async () => {
      const { page } = await pages.open('auditor', '/ledger?actorKind=human');
      const kinds = await page.locator('.table-body .table-row').allInnerTexts();
      expect(kinds.some((row) => row.includes('policy.change') && row.includes('the card contract asks'))).toBe(true);
      expect(kinds.some((row) => row.includes('container.start'))).toBe(false);
      await page.getByRole('combobox', { name: 'Who' }).selectOption('automation');
      await page.getByLabel('Shown as').selectOption('sessions');
      await page.waitForURL('**/ledger?actorKind=automation&view=sessions');
      await page.getByRole('button', { name: /container\.exec\s+container gate-1\s+\/bin\/busybox id/ }).waitFor();
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText(/^Intact: \d+ entries checked at .*, none altered, dropped or reordered\.$/).waitFor();
      await page.close();
    });

    test('by keyboard alone: from the first page to a waiver that is asked for, and approved by somebody else', async () => {
      const { page } = await pages.open('developer', '/');
      await page.keyboard.press('/');
      await page.keyboard.type('shop/cart');
      await page.getByRole('listbox', { name: 'Found' }).getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/images/${cart}`);
      await page.getByRole('region', { name: 'no-secrets' }).waitFor();
      await tabTo(page, (name) => /^Ask for a waiver.*AWS access key/.test(name));
      await page.keyboard.press('Enter');
      await tabTo(page, (name) => name.startsWith('Why it can be borne'));
      await page.keyboard.type('the key is withdrawn');
      await tabTo(page, (name) => name === 'Ask for it');
      await page.keyboard.press('Enter');
      await page.getByText('Asked for. Whoever may decide').waitFor();
      await page.keyboard.press('Escape');

      const other = await pages.open('security', '/waivers?state=requested');
      await tabTo(other.page, (name) => /^Why, for waiver-/.test(name));
      await other.page.keyboard.type('the provider confirms it');
      await tabTo(other.page, (name) => name.startsWith('Approve'));
      await other.page.keyboard.press('Enter');
      // The developer's page follows without being loaded again.
      await page.getByText('8 violations').waitFor();
      await page.close();
      await other.page.close();
    });

    test('what somebody may not see is not offered, and says who can change that', async () => {
      const { page } = await pages.open('developer', '/');
      expect(await page.getByRole('navigation', { name: 'Pages' }).innerText()).not.toContain('Ledger');
      // Their team's alone.
      expect(await textOf(page, 'What runs, by environment')).toContain('production 1 container');
      await page.goto(`${pages.harbour.server.url}/ledger`);
      await page.getByText('Ben Okafor lacks the permission ledger.read').waitFor();
      await page.getByText('who administers this server gives roles', { exact: false }).waitFor();
      await page.goto(`${pages.harbour.server.url}/images/sha256:${'0'.repeat(64)}`);
      await page.getByText('It has not been scanned, or its record has been removed').waitFor();
      await page.close();
    });

    test('every view is an address: back, forward, a reload and a link that somebody sent', async () => {
      const { page } = await pages.open('auditor', `/images/${cart}?tab=findings&severity=critical`);
      expect(await page.locator('.table-body .table-row').count()).toBe(2);
      await page.getByLabel('Severity').selectOption('high');
      await page.waitForURL('**severity=high');
      await page.getByRole('link', { name: 'Secrets' }).click();
      await page.waitForURL('**?tab=secrets');
      await page.goBack();
      await page.getByRole('table', { name: 'Findings' }).waitFor();
      expect(await page.getByLabel('Severity').inputValue()).toBe('high');
      await page.goForward();
      await page.getByText('/srv/cart/.env:1').waitFor();
      await page.reload();
      await page.getByText('/srv/cart/.env:1').waitFor();
      await page.close();
    });

    test('live: a container starts, its image is scanned, an advisory turns it: all without a reload', async () => {
      const { harbour } = pages;
      const fleet = await pages.open('security', '/');
      const list = await pages.open('security', '/containers');
      const before = await list.page.locator('.table-body .table-row').count();
      await harbour.run(latecomer(), 'late:1', 'late-1', { 'plimsoll.dev/environment': 'staging' });
      await fleet.page.getByRole('link', { name: '3 containers' }).waitFor();
      // What somebody reads does not move; a pill says that there is more.
      await list.page.getByRole('button', { name: /^\d+ new$/ }).waitFor();
      expect(await list.page.locator('.table-body .table-row').count()).toBe(before);
      await list.page.getByRole('button', { name: /^\d+ new$/ }).click();
      await list.page.getByText(`${before + 1} rows, that is all`).waitFor();
      // It has minimist 1.2.0: the server scans it from the engine, and it fails; its row turns where it stands.
      await list.page.locator('.table-row', { hasText: 'late-1' }).filter({ hasText: 'fail' }).waitFor();
      await until(async () =>
        (await textOf(fleet.page, 'What runs, by environment')).includes(
          'staging 3 containers in 2 workloads on 1 host 2 fail 1 pass',
        ),
      );
      const image = await pages.open('security', `/images/${harbour.images['shop/search:3.1.1']!}`);
      await image.page.getByText('pass in scope default').waitFor();
      await harbour.importText(turningLodash);
      await image.page.getByText('fail in scope default').waitFor();
      await image.page.getByText('CVE-2099-1 (critical) in lodash 4.17.21').first().waitFor();
      await list.page.locator('.table-row', { hasText: 'search-2' }).filter({ hasText: 'fail' }).waitFor();
      await until(async () => (await textOf(fleet.page, 'Turned in the last 24 hours')).includes('new'));
      // What was opened by its digest has the name by which it runs.
      const images = await pages.open('security', '/images');
      await images.page.getByRole('link', { name: 'late:1', exact: true }).waitFor();
      for (const { page } of [fleet, list, image, images]) await page.close();
    });

    test('a scan that failed opens by keyboard, says why, and is asked for again', async () => {
      const pipeline = await pages.harbour.server.withToken(['scan']);
      const missing = pages.harbour.reference('ops/nowhere:1');
      await pipeline('POST', '/v1/scans', { reference: missing });
      const { page } = await pages.open('security', '/scans?state=failed');
      const row = page.locator('.table-row', { hasText: 'ops/nowhere:1' });
      await until(async () => {
        await page.reload();
        await settled(page);
        return (await row.count()) === 1;
      });
      await row.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/^Failed: .*ops\/nowhere/).waitFor();
      expect(new URL(page.url()).searchParams.get('scan')).not.toBeNull();
      expect(await violationsOf(page)).toEqual([]);
      await dialog.getByRole('link', { name: 'Scan it again' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await page.getByLabel('Image', { exact: true }).inputValue()).toBe(missing);
      await page.close();
    });

    test('a scan that is asked for elsewhere shows its progress and its end', async () => {
      const { page } = await pages.open('security', '/scans');
      const before = await page.locator('.table-body .table-row').count();
      const pipeline = await pages.harbour.server.withToken(['scan']);
      await pipeline('POST', '/v1/scans', { reference: pages.harbour.reference('ops/relay:0.9.0') });
      await page.getByRole('button', { name: /^\d+ new$/ }).click();
      await page.getByText(`${before + 1} rows, that is all`).waitFor();
      await page
        .locator('.table-body .table-row')
        .first()
        .getByText(/^done in/)
        .waitFor();
      await page.close();
    });

    for (const theme of ['light', 'dark'] as const)
      test(`WCAG AA in the ${theme} theme, and nothing wider than a phone`, async () => {
        const found: string[] = [];
        const { page, complaints } = await pages.open('admin', '/', { theme, width: theme === 'dark' ? 390 : 1024 });
        for (const address of addressesOf(cart, gate)) {
          await page.goto(pages.harbour.server.url + address);
          await settled(page);
          found.push(...(await violationsOf(page)).map((each) => `${address}: ${each}`));
          if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
            found.push(`${address}: too wide`);
        }
        await page.close();
        found.push(...complaints);
        expect(found).toEqual([]);
      });

    test('a server that goes away and comes back: the page says so, and goes on by itself', async () => {
      const { page } = await pages.open('security', '/');
      const was = await textOf(page, 'What runs, by environment');
      await pages.harbour.server.restart();
      await page.getByText('Live updates interrupted; trying again').waitFor({ state: 'detached' });
      await pages.harbour.engine.docker(['rm', '--force', 'odd-1']);
      await until(async () => !(await textOf(page, 'What runs, by environment')).includes('development'));
      expect(was).toContain('development');
      await page.close();
    });
  },
);

const turningLodash = {
  id: 'CVE-2099-1',
  modified: '2026-11-25T00:00:00Z',
  published: '2026-10-01T00:00:00Z',
  summary: 'lodash: merging changes what it should not',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'lodash' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.22' }] }],
    },
  ],
};

function addressesOf(cart: string, gate: string): readonly string[] {
  const tabs = [
    'findings',
    'packages',
    'secrets',
    'executables',
    'configuration',
    'provenance',
    'containers',
    'history',
  ];
  const lists = [
    '/images',
    '/containers',
    '/workloads',
    '/scans',
    '/bases',
    '/policies',
    '/waivers',
    '/ledger',
    '/sources',
  ];
  return [
    ...[
      '/',
      '/settings',
      '/bases/alpine-3',
      '/impact?q=CVE-2021-44906',
      '/policies/production',
      '/ledger?view=sessions',
    ],
    ...lists,
    ...['/log-in', '/nowhere', `/images/${cart}`],
    ...tabs.map((tab) => `/images/${gate}?tab=${tab}`),
    `/images/${gate}?tab=compare&with=${cart}`,
  ];
}

/** Presses tab until what has the focus is called so. */
async function tabTo(page: Page, is: (name: string) => boolean): Promise<void> {
  const name = `(() => { const e = document.activeElement; return e.getAttribute('aria-label') ?? (e.labels?.[0] ?? e).textContent ?? ''; })()`;
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab');
    if (is(String(await page.evaluate(name)))) return;
  }
  throw new Error(`no key leads there; the focus is on ${String(await page.evaluate(name))}`);
}
