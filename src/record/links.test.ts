import { expect, test } from 'vitest';
import type { ImagePath } from '../model/index.ts';
import { linksTo } from './links.ts';

const link = (path: string, target: string): { path: ImagePath; target: string } => ({
  path: path as ImagePath,
  target,
});

test('finds every link that leads to a file: through other links, linked directories, up and out of the root', () => {
  const found = linksTo(new Set(['/usr/bin/busybox', '/usr/bin/perl']), [
    link('/bin', 'usr/bin'),
    link('/usr/bin/sh', 'busybox'),
    link('/usr/bin/ash', '/bin/sh'),
    link('/etc/alternatives/perl', '../../../../../bin/perl'),
    link('/usr/bin/loop', 'loop2'),
    link('/usr/bin/loop2', 'loop'),
    link('/usr/bin/dangling', 'nothing'),
    link('/usr/bin/through', '../../bin/../bin/./sh'),
  ]);
  expect(Object.fromEntries(found)).toEqual({
    '/usr/bin/busybox': ['/usr/bin/ash', '/usr/bin/sh', '/usr/bin/through'],
    '/usr/bin/perl': ['/etc/alternatives/perl'],
  });
});

test('gives up after 40 hops, as the kernel does', () => {
  const chain = Array.from({ length: 60 }, (_, index) => link(`/l${index}`, index === 0 ? 'file' : `l${index - 1}`));
  expect(linksTo(new Set(['/file']), chain).get('/file')).toHaveLength(40);
});
