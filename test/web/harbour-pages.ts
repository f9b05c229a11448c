import type { Browser } from 'playwright-core';
import { noEngineReason } from '../make/docker-engine.ts';
import { type Harbour, type LoggedIn, startHarbour } from '../make/harbour.ts';
import { postgresServers } from '../make/postgres.ts';
import { noRegistryReason } from '../make/registry.ts';
import { openBrowser } from '../../web/dev/browser.ts';
import { buildPages, noBrowser, openPage, type OpenOptions, type OpenPage } from './open-pages.ts';

/** Why there can be no harbour with pages here; undefined where there can. */
export const noHarbour = noBrowser ?? noRegistryReason() ?? noEngineReason() ?? postgresServers[0]!.missing;

/** A browser over a real server that has seen some weeks. */
export interface HarbourPages {
  readonly harbour: Harbour;
  readonly browser: Browser;
  readonly open: (who: 'admin' | keyof Harbour['people'], address: string, options?: OpenOptions) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
}

export async function openHarbour(): Promise<HarbourPages> {
  const harbour = await startHarbour(await postgresServers[0]!.freshDatabase(), { web: await buildPages() });
  const browser = await openBrowser();
  return {
    harbour,
    browser,
    async open(who, address, options) {
      const cookie = who === 'admin' ? harbour.server.adminCookie : (harbour.people[who] satisfies LoggedIn).cookie;
      return openPage(browser, harbour.server.url + address, { ...options, cookie });
    },
    async close() {
      await browser.close();
      await harbour.close();
    },
  };
}
