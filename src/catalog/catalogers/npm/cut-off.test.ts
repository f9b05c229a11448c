import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogFile } from '../../../../test/make/catalog-file.ts';
import { npm } from './index.ts';

const fixtures = new URL('fixtures/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, fixtures), 'utf8');

function problemsOf(path: string, text: string): string[] {
  return npm.catalog(catalogFile(path, text)).problems.map(({ message }) => message);
}

describe('a lock file that ends between two entries', () => {
  it('is told by what is missing in it', () => {
    const upTo = (name: string, end: string) => fixture(`${name}.fixture`).split(end, 1)[0]!;
    expect([
      problemsOf('/app/yarn.lock', upTo('yarn-1.lock', '\nlodash@')),
      problemsOf('/app/yarn.lock', upTo('yarn-4.lock', '\n"picocolors@')),
      problemsOf('/app/yarn.lock', upTo('yarn-4.lock', '\n"chalk@')),
      problemsOf('/app/pnpm-lock.yaml', upTo('pnpm-5.4.yaml', '\n  /has-flag')),
      problemsOf('/app/pnpm-lock.yaml', upTo('pnpm-9.0.yaml', '\n  color-name@')),
      problemsOf('/app/pnpm-lock.yaml', upTo('pnpm-9.0.yaml', '\n  supports-color@5.5.0:\n    dependencies')),
    ]).toMatchInlineSnapshot(`
      [
        [
          "the lock file is cut off: it has no entry for picocolors@^1.0.0, which @babel/highlight@^7.12.13 needs",
        ],
        [
          "the lock file is cut off: it has no entry for picocolors, which @babel/highlight@npm:^7.12.13 needs",
        ],
        [
          "the lock file is cut off: it has no entry for the project itself",
        ],
        [
          "the lock file is cut off: it has no entry for lodash 4.17.20",
        ],
        [
          "the lock file is cut off: it has no entry for lodash 4.17.20",
        ],
        [
          "the lock file is cut off: it has no snapshot of supports-color@5.5.0",
        ],
      ]
    `);
  });

  it('is noticed, unless nothing that is left needs what is gone', () => {
    const unnoticed = readdirSync(fixtures).flatMap((name) => {
      const isYarn = name.startsWith('yarn');
      if (!isYarn && !name.startsWith('pnpm')) return [];
      const path = isYarn ? '/app/yarn.lock' : '/app/pnpm-lock.yaml';
      const text = fixture(name);
      const cuts = text.matchAll(isYarn ? /^[^ #\n].*:$/gm : /^(?: {2})?[^ \n].*:(?: .*)?$/gm);
      return [...cuts]
        .filter(({ index }) => problemsOf(path, text.slice(0, index)).length === 0)
        .map(([line]) => `${name.replace('.fixture', '')}: ${line.trim()}`);
    });
    expect(unnoticed).toMatchInlineSnapshot(`
      [
        "pnpm-5.2.yaml: specifiers:",
        "pnpm-5.2.yaml: '@babel/code-frame': 7.12.13",
        "pnpm-5.2.yaml: fsevents: 2.3.2",
        "pnpm-5.2.yaml: lodash: 4.17.20",
        "pnpm-5.2.yaml: lodash-alias: npm:lodash@4.17.19",
        "pnpm-5.2.yaml: minimist: 1.2.5",
        "pnpm-5.2.yaml: ms: 2.0.0",
        "pnpm-5.4.yaml: specifiers:",
        "pnpm-5.4.yaml: '@babel/code-frame': 7.12.13",
        "pnpm-5.4.yaml: fsevents: 2.3.2",
        "pnpm-5.4.yaml: lodash: 4.17.20",
        "pnpm-5.4.yaml: lodash-alias: npm:lodash@4.17.19",
        "pnpm-5.4.yaml: minimist: 1.2.5",
        "pnpm-5.4.yaml: ms: 2.0.0",
        "pnpm-5.4.yaml: dependencies:",
        "pnpm-5.4.yaml: '@babel/code-frame': 7.12.13",
        "pnpm-6.0.yaml: settings:",
        "pnpm-6.0.yaml: autoInstallPeers: true",
        "pnpm-6.0.yaml: excludeLinksFromLockfile: false",
        "pnpm-6.0.yaml: dependencies:",
        "pnpm-6.0.yaml: '@babel/code-frame':",
        "yarn-1-workspace.lock: ansi-regex@^5.0.1:",
        "yarn-1-workspace.lock: anymatch@~3.1.2:",
        "yarn-1-workspace.lock: y18n@5.0.8, y18n@^5.0.5:",
        "yarn-1-workspace.lock: yargs@16.2.0:",
        "yarn-1.lock: "@babel/code-frame@7.12.13":",
        "yarn-3.lock: __metadata:",
        "yarn-4-workspace.lock: __metadata:",
        "yarn-4.lock: __metadata:",
      ]
    `);
  });
});
