import fs from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where the machine's Chromium is; `PLIMSOLL_CHROMIUM` names another. Undefined where there is none. */
export function chromiumPath(): string | undefined {
  const named = process.env.PLIMSOLL_CHROMIUM;
  return named ?? places.find((place) => fs.existsSync(place));
}

/** The machine's Chromium, without a window. Whoever opens it closes it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    // Tests run as root, and in containers with a small /dev/shm.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
}
