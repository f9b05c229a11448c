import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../web/dev/browser.ts';
import { noEngineReason } from '../make/docker-engine.ts';
import { type OwnEngine, startOwnEngine } from '../make/own-engine.ts';
import { noRealImageReason, realImage } from '../make/real-images/index.ts';
import { runCommand } from '../make/run-command.ts';
import { type Product, type ProductPlace, productPlace } from '../make/started-product.ts';
import { noBrowser, openPage } from '../web/open-pages.ts';

const reason = noBrowser ?? noEngineReason() ?? noRealImageReason('debian') ?? noRealImageReason('go');
const image = 'harbour/watch:1.0';

/** An advisory as OSV has them, known and mended for long enough that no policy bears it. */
function advisory(id: string, name: string): string {
  return `${JSON.stringify({
    schema_version: '1.7.3',
    id,
    published: '2026-01-10T00:00:00Z',
    modified: new Date().toISOString(),
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'Debian:12', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '99:1' }] }],
      },
    ],
  })}\n`;
}

/** The way of a new user from one command to an auditor's proof, over real parts alone. One test after the other. */
describe.skipIf(reason !== undefined)(`the whole product${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let place: ProductPlace;
  let engine: OwnEngine;
  let product: Product;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    engine = await startOwnEngine();
    const debian = await realImage('debian');
    await engine.docker(['load', '-q', '-i', debian.archive]);
    await runCommand('docker', ['build', '-q', '-t', image, '-'], {
      env: { DOCKER_BUILDKIT: '0', DOCKER_HOST: engine.host },
      input: `FROM ${debian.reference}\nUSER 65534:65534\nCMD ["sleep", "100000"]\n`,
    });
    place = await productPlace({ DOCKER_HOST: engine.host });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    place?.remove();
    await engine?.remove();
  });

  test('one command prints an address and a link that logs in; the page shows a scanned image', async () => {
    product = await place.start('--port', '0');
    expect(product.stderr).toContain('loading it into the Docker engine');
    expect(product.stdout).toMatch(/^ FAIL {2}plimsoll-demo\/cart:1\.8\.2 by policy production/m);
    ({ page, complaints } = await openPage(browser, product.logInUrl));
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
    await page.getByRole('link', { name: 'CVE-2021-44228' }).first().waitFor();
    await page.getByRole('link', { name: '1 of 1 source' }).waitFor();
  });

  test('a real image is scanned from the page; by old advisories alone nothing passes', async () => {
    await page.getByRole('link', { name: 'Scans', exact: true }).click();
    await page.getByLabel('Image', { exact: true }).fill(`docker:${image}`);
    await page.getByRole('button', { name: 'Scan', exact: true }).click();
    await page.getByRole('link', { name: `Done: docker:${image}` }).click({ timeout: 170_000 });
    await page.getByRole('list').getByText('in scope default').waitFor();
    expect(await page.locator('main').innerText()).toMatch(/cannot tell in scope default/);
    await page.locator('main').getByText('advisory-data-age').first().waitFor();
  });

  test('and another from the command line, with a token made on this machine', async () => {
    const login = await place.run('login', product.url, '--local');
    expect([login.status, login.stdout]).toEqual([0, expect.stringContaining(`logged in to ${product.url}`)]);
    const { archive } = await realImage('go');
    const scan = await place.run('scan', `archive:${archive}`, '--server', product.url);
    expect([scan.status, scan.stdout]).toEqual([2, expect.stringContaining('golang.org/x/net')]);
    await page.getByRole('link', { name: 'Images', exact: true }).click();
    await page.getByRole('link', { name: /go-[0-9a-f]{12}/ }).waitFor();
  });

  test('a container that is started appears on the page by itself', async () => {
    await page.getByRole('link', { name: 'Fleet', exact: true }).click();
    await page.getByText('No container runs on the engines').waitFor();
    const beganMs = performance.now();
    await engine.docker(['run', '--detach', '--network', 'none', '--name', 'night-watch', image]);
    await page.getByRole('link', { name: '1 container', exact: true }).waitFor();
    measured('a container was on the page', beganMs);
    await page.getByRole('link', { name: '1 container', exact: true }).click();
    const row = page.locator('.table-body .table-row').filter({ hasText: 'night-watch' });
    await row.getByText('cannot tell').waitFor();
  });

  test('a new advisory turns the verdict of the running container on the page that is open', async () => {
    await page.goto(product.url);
    await page.getByText('1 cannot tell').waitFor();
    const settings = await page.context().newPage();
    await settings.goto(`${product.url}/settings`);
    const beganMs = performance.now();
    await takeIn(settings, advisory('CVE-2026-10002', 'perl'));
    await page.getByText('1 fail', { exact: true }).waitFor();
    measured('a new advisory turned the running container on the page', beganMs);
    const turned = page.getByRole('listitem').filter({ hasText: 'CVE-2026-10002' });
    expect(await turned.first().innerText()).toMatch(/harbour\/watch:1\.0[^]*fail[^]*1 container/);
    await settings.close();
  });

  test('an auditor verifies the exported ledger elsewhere, with nothing but it and the public key', async () => {
    const elsewhere = join(place.folder, 'auditor');
    mkdirSync(elsewhere);
    const exported = join(elsewhere, 'ledger.jsonl');
    const wrote = await place.run('ledger', 'export', '--output', exported);
    expect([wrote.status, wrote.stderr]).toEqual([0, expect.stringMatching(/^\d+ entries up to \d+ written to /)]);
    const key = await place.run('ledger', 'head', '--public-key');
    writeFileSync(join(elsewhere, 'ledger.pub'), key.stdout);
    const entries = readFileSync(exported, 'utf8');
    for (const action of ['session.link', 'session.start', 'record.keep', 'container.start', 'advisories.import'])
      expect(entries).toContain(`"action":"${action}"`);
    const verify = (file: string) =>
      runCommand(process.execPath, [resolve('dist/plimsoll.js'), 'ledger', 'verify', file, '--key', 'ledger.pub'], {
        cwd: elsewhere,
        env: { HOME: elsewhere, PLIMSOLL_DATA: join(elsewhere, 'none') },
      });
    expect(await verify('ledger.jsonl')).toMatch(/^PASS {2}ledger\.jsonl: entries 1 to \d+, complete, in order/);
    writeFileSync(join(elsewhere, 'changed.jsonl'), entries.replace('night-watch', 'nightwatch_'));
    await expect(verify('changed.jsonl')).rejects.toThrow(/FAIL {2}changed\.jsonl/);
  });

  test('Ctrl-C ends it with its database, and leaves what runs alone', async () => {
    const { status } = await product.interrupt();
    expect([status, place.databasePid()]).toEqual([0, undefined]);
    await expect(fetch(product.url)).rejects.toThrow();
    expect(await engine.docker(['ps', '--format', '{{.Names}}'])).toBe('night-watch\n');
  });

  test('a second start finds all of it again, and another link logs in', async () => {
    const again = await place.start('--port', '0');
    expect(again.stderr).toMatch(/^» going on with 3 images of before\n/);
    expect(again.stderr).not.toMatch(/building|scanning|taking in/);
    const opened = await openPage(browser, again.logInUrl);
    await opened.page.getByRole('button', { name: 'Log in' }).click();
    await opened.page.getByText('1 fail', { exact: true }).waitFor();
    await opened.page.getByRole('link', { name: '1 container', exact: true }).waitFor();
    await opened.page.goto(`${again.url}/ledger`);
    await opened.page.getByRole('button', { name: 'Verify' }).click();
    await opened.page.getByText(/^Intact: \d+ entries/).waitFor();
    expect(opened.complaints).toEqual([]);
    expect((await again.terminate()).status).not.toBe(1);
    for (let i = 0; i < 200 && place.databasePid() !== undefined; i++) await sleep(50);
    expect(place.databasePid()).toBeUndefined();
  });

  test('the browser complained of nothing', () => expect(complaints).toEqual([]));

  async function takeIn(settings: Page, text: string): Promise<void> {
    await settings.getByLabel(/^Import OSV advisories/).setInputFiles({
      name: 'advisory.jsonl',
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(text),
    });
  }
});

function measured(what: string, beganMs: number): void {
  process.stdout.write(`${what} after ${((performance.now() - beganMs) / 1000).toFixed(2)} s\n`);
}
