import { describe, expect, test } from 'vitest';
import { imagePath } from '../../../model/index.ts';
import type { CatalogEntry } from '../../cataloger.ts';
import { bloat } from './index.ts';
import { toolOf } from './tool-names.ts';

function observe(entries: Iterable<readonly [path: string, sizeBytes: number, type?: CatalogEntry['type']]>): string[] {
  const observer = bloat.observe?.();
  if (observer === undefined) throw new Error('it observes');
  for (const [path, sizeBytes, type = 'file'] of entries) {
    observer.see({ path: imagePath(path), type, mode: 0o644, uid: 0, gid: 0, sizeBytes });
  }
  return observer
    .done()
    .items.map((item) =>
      item.kind === 'bloat' ? `${item.category} ${item.path} ${item.sizeBytes} in ${item.files}` : item.kind,
    )
    .sort();
}

describe('trees that are not needed', () => {
  test('are added up at their top', () => {
    expect(
      observe([
        ['/var/cache/apt', 0, 'directory'],
        ['/var/cache/apt/archives/a.deb', 100],
        ['/var/cache/apt/pkgcache.bin', 7],
        ['/etc/passwd', 5],
        ['/var/cache/apt/archives/b.deb', 200],
        ['/var/lib/apt/lists/deb_Packages', 50],
        ['/usr/share/doc/a/copyright', 1],
        ['/usr/share/doc/b/copyright', 2],
        ['/usr/share/locale/de/LC_MESSAGES/a.mo', 9],
        ['/app/.git/objects/ab/cd', 30],
        ['/app/.git/HEAD', 1],
        ['/home/me/.cache/pip/http/x', 11],
        ['/root/.npm/_cacache/x/y', 12],
        ['/go/pkg/mod/golang.org/x/text@v0.3.0/a.go', 13],
        ['/usr/local/cargo/registry/src/x', 14],
        ['/root/.m2/repository/a/a.jar', 15],
        ['/tmp/build.log', 16],
        ['/usr/lib/debug/.build-id/aa/bb.debug', 17],
        ['/opt/x/lib/y.debug', 18],
        ['/usr/include/stdio.h', 19],
      ]),
    ).toEqual([
      'compiler /usr/include 19 in 1',
      'debug-symbols /opt/x/lib 18 in 1',
      'debug-symbols /usr/lib/debug 17 in 1',
      'docs /usr/share/doc 3 in 2',
      'locale /usr/share/locale 9 in 1',
      'package-cache /go/pkg/mod 13 in 1',
      'package-cache /home/me/.cache/pip 11 in 1',
      'package-cache /root/.m2/repository 15 in 1',
      'package-cache /root/.npm/_cacache 12 in 1',
      'package-cache /usr/local/cargo/registry 14 in 1',
      'package-cache /var/cache/apt 307 in 3',
      'package-index /var/lib/apt/lists 50 in 1',
      'temporary /tmp 16 in 1',
      'vcs /app/.git 31 in 2',
    ]);
  });

  test('are told from what only looks like them', () => {
    expect(
      observe([
        ['/var/cache/aptitude-x/a', 1],
        ['/srv/var/cache/apt/a', 1],
        ['/app/.gitignore', 1],
        ['/app/.github/x', 1],
        ['/app/test/a.js', 1],
        ['/app/node_modules/test/index.js', 1],
        ['/app/node_modules/@s/test/index.js', 1],
        ['/var/lib/apt/lists/lock', 0],
        ['/tmp', 0, 'directory'],
        ['/app/blob', 1],
        ['/a.debug/x', 1],
      ]),
    ).toEqual([]);
  });

  test("hold a library's tests, added up per place of libraries", () => {
    expect(
      observe([
        ['/app/node_modules/a/test/1.js', 1],
        ['/app/node_modules/@s/b/lib/__tests__/2.js', 2],
        ['/usr/lib/python3/dist-packages/numpy/tests/t.py', 4],
        ['/app/node_modules/a/index.js', 8],
      ]),
    ).toEqual(['tests /app/node_modules 3 in 2', 'tests /usr/lib/python3/dist-packages 4 in 1']);
  });

  test('beyond four thousand are added up under the root', () => {
    const repositories = Array.from({ length: 10_000 }, (_, index) => [`/r${index}/.git/HEAD`, 1] as const);
    const lines = observe(repositories);
    expect({ count: lines.length, rest: lines[0] }).toEqual({ count: 4_001, rest: 'vcs / 6000 in 6000' });
  });
});

describe('tools', () => {
  test('are named one by one, links to them as well', () => {
    expect(
      observe([
        ['/bin/busybox', 800],
        ['/bin/sh', 0, 'symlink'],
        ['/usr/bin/curl', 30],
        ['/usr/bin/x86_64-linux-gnu-gcc-12', 40],
        ['/usr/bin/apt-get', 50],
        ['/usr/bin/awk', 60],
        ['/usr/local/go/bin/go', 70],
        ['/usr/local/go/src/a.go', 5],
        ['/app/node_modules/sh/bin/sh', 1],
        ['/etc/curl', 1],
      ]),
    ).toEqual([
      'compiler /usr/bin/x86_64-linux-gnu-gcc-12 40 in 1',
      'compiler /usr/local/go 5 in 1',
      'compiler /usr/local/go/bin/go 70 in 1',
      'network-tool /usr/bin/curl 30 in 1',
      'package-manager /usr/bin/apt-get 50 in 1',
      'shell /bin/busybox 800 in 1',
      'shell /bin/sh 0 in 1',
    ]);
  });

  test.each([
    ['gcc-12', 'compiler'],
    ['pip3.11', 'package-manager'],
    ['aarch64-linux-gnu-g++', 'compiler'],
    ['bash', 'shell'],
    ['bashful', undefined],
    ['-', undefined],
    ['123', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('%j is %s', (name, category) => {
    expect(toolOf(name)).toBe(category);
  });
});
