import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, openBrowser } from '../../web/dev/browser.ts';
import { startStandIn, type StandIn } from '../../web/dev/stand-in.ts';
import type { Amount } from '../../web/dev/asked.ts';
import { withLock } from '../make/test-cache.ts';

/** Why pages cannot be tested here; undefined where they can. */
export const noBrowser = chromiumPath() === undefined ? 'no Chromium: apt-get install chromium' : undefined;

const root = resolve(import.meta.dirname, '../../web');
const vite = resolve(root, '../node_modules/vite/bin/vite.js');

/** Builds web/dist where its sources are newer; one process at a time. */
export async function buildPages(): Promise<string> {
  const dist = join(root, 'dist');
  await withLock('web-dist', async () => {
    const built = statSync(join(dist, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (newestIn(root) > built) {
      const { status, stderr } = spawnSync(process.execPath, [vite, 'build', root], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    }
  });
  return dist;
}

function newestIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !join(entry.parentPath, entry.name).startsWith(join(root, 'dist')))
    .reduce((newest, entry) => Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}

export interface Pages {
  readonly browser: Browser;
  readonly standIn: StandIn;
  /** A page of its own, with what the browser complained of: errors of scripts and of the security policy. */
  readonly open: (address: string, options?: OpenOptions) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
}

interface OpenOptions {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
}

export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** A browser over the stand-in, for what a real server cannot be made to do at will: faults, and 100,000 rows. */
export async function openPages(data: Amount, fail = false): Promise<Pages> {
  await buildPages();
  const standIn = await startStandIn({ data, fail });
  const browser = await openBrowser();
  return {
    browser,
    standIn,
    open: (address, options) => openPage(browser, standIn.url + address, options),
    close: async () => {
      await browser.close();
      await standIn.close();
    },
  };
}

export async function openPage(browser: Browser, url: string, options: OpenOptions = {}): Promise<OpenPage> {
  // A context of its own, in which a test may open further pages.
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.theme ?? 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`asks ${request.url()}`);
  });
  await page.goto(url);
  await settled(page);
  return { page, complaints };
}

/** Until nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
}
