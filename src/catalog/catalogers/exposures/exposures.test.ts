import { expect, test } from 'vitest';
import { imagePath } from '../../../model/index.ts';
import type { CatalogEntry, CatalogResult } from '../../cataloger.ts';
import { exposures } from './index.ts';

type Sketch = readonly [path: string, type: CatalogEntry['type'], mode: number, more?: Partial<CatalogEntry>];

function observe(sketches: Iterable<Sketch>): CatalogResult {
  const observer = exposures.observe?.();
  if (observer === undefined) throw new Error('it observes');
  for (const [path, type, mode, more] of sketches) {
    observer.see({ path: imagePath(path), type, mode, uid: 0, gid: 0, sizeBytes: 10, ...more });
  }
  return observer.done();
}

test('what is open to everyone, runs as another or leads in from outside is told', () => {
  expect(
    observe([
      ['/bin/su', 'file', 0o4755],
      ['/bin/mail', 'file', 0o2755, { gid: 8 }],
      ['/opt/both', 'hardlink', 0o6777, { uid: 33, gid: 8 }],
      ['/dev/sda', 'device', 0o660],
      ['/run/pipe', 'fifo', 0o666],
      ['/srv/open', 'directory', 0o777],
      ['/root/.ssh/authorized_keys', 'file', 0o600],
      ['/home/a/.ssh/authorized_keys2', 'file', 0o600],
    ]).items,
  ).toEqual([
    { kind: 'exposure', path: '/bin/su', exposure: 'setuid', mode: 0o4755, detail: 'runs as user 0' },
    { kind: 'exposure', path: '/bin/mail', exposure: 'setgid', mode: 0o2755, detail: 'runs as group 8' },
    { kind: 'exposure', path: '/opt/both', exposure: 'setuid', mode: 0o6777, detail: 'runs as user 33' },
    { kind: 'exposure', path: '/opt/both', exposure: 'setgid', mode: 0o6777, detail: 'runs as group 8' },
    { kind: 'exposure', path: '/opt/both', exposure: 'world-writable-file', mode: 0o6777 },
    { kind: 'exposure', path: '/dev/sda', exposure: 'device', mode: 0o660 },
    { kind: 'exposure', path: '/run/pipe', exposure: 'world-writable-file', mode: 0o666, detail: 'named pipe' },
    { kind: 'exposure', path: '/srv/open', exposure: 'world-writable-directory', mode: 0o777 },
    { kind: 'exposure', path: '/root/.ssh/authorized_keys', exposure: 'ssh-authorized-keys', mode: 0o600 },
    { kind: 'exposure', path: '/home/a/.ssh/authorized_keys2', exposure: 'ssh-authorized-keys', mode: 0o600 },
  ]);
});

test('what every image has is no exposure', () => {
  expect(
    observe([
      ['/tmp', 'directory', 0o1777],
      ['/var/mail', 'directory', 0o2775],
      ['/lib', 'symlink', 0o777, { linkTarget: 'usr/lib' }],
      ['/etc/passwd', 'file', 0o644],
      ['/etc/lock', 'file', 0o2644],
      ['/root/.ssh/authorized_keys', 'file', 0o600, { sizeBytes: 0 }],
      ['/root/.ssh/not_authorized_keys', 'file', 0o600],
    ]),
  ).toEqual({ items: [], problems: [] });
});

test('a hundred thousand open files are counted, and the first ones listed', () => {
  const many = Array.from({ length: 100_000 }, (_, index): Sketch => [`/app/f${index}`, 'file', 0o666]);
  const { items, problems } = observe([...many, ['/bin/su', 'file', 0o4755]]);
  expect({ items: items.length, last: items.at(-1)?.path, problems }).toEqual({
    items: 2_001,
    last: '/bin/su',
    problems: [
      {
        code: 'too-many-exposures',
        message: '100000 world-writable-file exposures in one layer; the first 2000 are listed',
        source: 'exposures',
        hides: 'nothing',
      },
    ],
  });
});
