import { gzipSync } from 'node:zlib';
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser } from '../web/dev/browser.ts';
import { fillServer } from './web-server.ts';
import { startStandIn } from '../web/dev/stand-in.ts';

/*
 * The first view: `npm run bench web [IMAGES | URL COOKIE]`. From the request for the page to its figures on the screen and the main
 * thread free, with an empty cache, over loopback, five times in fresh contexts of one browser; then how a list of all its rows
 * scrolls, and what of it held the main thread. Over a real server that has that many images (default 10,000, the bar: 1 s), filled
 * through its store, with a container of every fourth; with an address over that server, as whoever the cookie says. Last over the
 * stand-in, for a list of 100,000 rows.
 */
const [, , what = '10000', cookieGiven] = process.argv;
const isAddress = /^https?:/.test(what);
const filled = isAddress ? undefined : await fillServer(Number(what));
let origin = isAddress ? what : filled!.url;
let cookie = isAddress ? cookieGiven : filled!.cookie;
const browser = await openBrowser();
let standIn: Awaited<ReturnType<typeof startStandIn>> | undefined;
try {
  await firstView('/', '.environments, .steps, .panel');
  await firstView('/images', '.table-body .table-row, .empty');
  await firstView('/containers', '.table-body .table-row, .empty');
  await scrolling();
  standIn = await startStandIn({ data: 'many' });
  [origin, cookie] = [standIn.url, undefined];
  await scrolling();
  bundle();
} finally {
  await browser.close();
  await standIn?.close();
  await filled?.close();
}

async function open(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const [name, value] = (cookie ?? '').split('=', 2);
  if (name !== undefined && value !== undefined) await context.addCookies([{ name, value, url: origin }]);
  return context.newPage();
}

/** Interactive: the figures are there, and an idle callback has run behind them. */
async function firstView(address: string, ready: string): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const page = await open();
    await page.goto(origin + address, { waitUntil: 'commit' });
    await page.locator(ready).first().waitFor();
    await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
    const ms = Number(await page.evaluate('new Promise((done) => requestIdleCallback(() => done(performance.now())))'));
    if (round > 0) times.push(ms);
    await page.context().close();
  }
  times.sort((a, b) => a - b);
  say(`first view of ${address}`, `${times[2]!.toFixed(0)} ms (${times[0]!.toFixed(0)} to ${times[4]!.toFixed(0)})`);
}

/** Time between frames while a list of all its rows is scrolled by a screen at a time. */
async function scrolling(): Promise<void> {
  const page = await open();
  await page.goto(`${origin}/images`);
  await page.locator('.table-body .table-row').first().waitFor();
  for (let step = 0; step < 400 && !(await page.getByText('that is all').isVisible()); step += 1) {
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await page.waitForTimeout(30);
  }
  const rows = await page.locator('.table-foot span').first().innerText();
  await page.evaluate(
    `globalThis.long = []; new PerformanceObserver((list) => list.getEntries().forEach((each) => long.push(each.duration))).observe({ type: 'longtask' })`,
  );
  const gaps = (await page.evaluate(`new Promise((done) => {
    const gaps = []; let last = performance.now(); let left = 240; scrollTo(0, 0);
    const step = (now) => { gaps.push(now - last); last = now; scrollBy(0, 700); left -= 1; left > 0 ? requestAnimationFrame(step) : done(gaps); };
    requestAnimationFrame(step);
  })`)) as number[];
  gaps.sort((a, b) => a - b);
  const at = (part: number): string => gaps[Math.floor(gaps.length * part)]!.toFixed(0);
  const long = (await page.evaluate('long')) as number[];
  const worst = long.length === 0 ? '' : `, the longest ${Math.max(...long).toFixed(0)} ms`;
  say(
    `scrolling by 700 px a frame, ${rows}`,
    `median ${at(0.5)} ms a frame, 95 % ${at(0.95)} ms; ${long.length} long tasks in 240 frames${worst}`,
  );
  await page.context().close();
}

function bundle(): void {
  const assets = path.resolve(import.meta.dirname, '../web/dist/assets');
  const sizes = fs.readdirSync(assets).map((file) => gzipSync(fs.readFileSync(path.join(assets, file))).length);
  say(
    'all pages, as gzip',
    `${(sizes.reduce((sum, size) => sum + size, 0) / 1000).toFixed(0)} kB in ${sizes.length} files`,
  );
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(64)} ${figure}\n`);
}
