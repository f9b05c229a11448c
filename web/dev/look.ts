import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser } from './browser.ts';
import { startStandIn } from './stand-in.ts';

/**
 * `node web/dev/look.ts FOLDER [--data little] [--fail] [--width 1024]… [--theme light]… [--server URL [--cookie NAME=VALUE]] [PATH…]`: pictures of
 * pages, for whoever looks at them.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: 'little' },
    fail: { type: 'boolean', default: false },
    width: { type: 'string', multiple: true, default: ['1024'] },
    theme: { type: 'string', multiple: true, default: ['light'] },
    server: { type: 'string' },
    cookie: { type: 'string' },
  },
});
const [folder = 'look', ...paths] = positionals;
const { data, fail } = values;
if (data !== 'nothing' && data !== 'little' && data !== 'many') throw new Error('--data is nothing, little or many');
fs.mkdirSync(folder, { recursive: true });
const standIn = values.server === undefined ? await startStandIn({ data, fail }) : undefined;
const url = standIn?.url ?? values.server!;
const browser = await openBrowser();
for (const theme of values.theme)
  for (const width of values.width) {
    const page = await browser.newPage({
      viewport: { width: Number(width), height: 900 },
      colorScheme: theme === 'dark' ? 'dark' : 'light',
    });
    const [name, value] = (values.cookie ?? '').split('=', 2);
    if (name !== undefined && value !== undefined) await page.context().addCookies([{ name, value, url }]);
    page.on('console', (message) => {
      if (message.type() === 'error') process.stderr.write(`${message.text()}\n`);
    });
    page.on('pageerror', (error) => process.stderr.write(`${error.message}\n`));
    for (const place of paths.length === 0 ? ['/'] : paths) {
      await page.goto(url + place);
      await page.waitForTimeout(700);
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      if (wide === true) process.stderr.write(`${place} at ${width}: wider than the window\n`);
      const name = `${
        place
          .replaceAll(/sha256:([0-9a-f]{8})[0-9a-f]+/g, '$1')
          .replaceAll(/[^a-z0-9]+/gi, '-')
          .slice(1, 60) || 'fleet'
      }-${data}${fail ? '-fail' : ''}-${width}-${theme}.png`;
      await page.screenshot({ path: path.join(folder, name), fullPage: true, clip: undefined });
    }
    await page.close();
  }
await browser.close();
await standIn?.close();
