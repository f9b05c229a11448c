import { expect, test } from 'vitest';
import { madeOn as now, makeRecord } from '../../test/make/record.ts';
import { findPreset, judge, preparePolicy } from './index.ts';

async function mendOf(
  type: string,
  name: string,
  more: { owner?: string; base?: object | null; version?: string; extra?: object } = {},
) {
  const place = { path: '/a', owner: more.owner ?? 'app', layer: 1 };
  const record = makeRecord({
    base: more.base,
    packages: [
      { id: 'p', type, name, version: '1', place, ...more.extra },
      { id: 'os', type: 'deb', name: 'python3-yaml', version: '6' },
    ],
    findings: [
      {
        kind: 'vulnerability',
        packageId: 'p',
        packageName: name,
        fix: { state: 'fixed', version: more.version ?? '2.0' },
        place,
      },
    ],
  });
  return judge(record, await preparePolicy(findPreset('production')!), { now }).violations[0]?.mend;
}

test.each([
  ['npm', '@babel/core', 'npm install @babel/core@2.0'],
  ['deb', 'libssl3', 'apt-get update && apt-get install --only-upgrade libssl3'],
  ['apk', 'musl', 'apk add --no-cache --upgrade musl'],
  ['rpm', 'openssl-libs', 'dnf upgrade openssl-libs'],
  ['pypi', 'django', 'pip install django==2.0'],
  ['golang', 'golang.org/x/net', 'go get golang.org/x/net@v2.0'],
  ['cargo', 'time', 'cargo update -p time --precise 2.0'],
  ['gem', 'rack', 'bundle update --conservative rack, or gem install rack -v 2.0'],
  [
    'maven',
    'org.apache:commons-text',
    'set org.apache:commons-text to 2.0 in pom.xml (dependencyManagement) or build.gradle',
  ],
  ['brainfuck', 'x', 'upgrade x to 2.0'],
  ['constructor', 'x', 'upgrade x to 2.0'],
  ['npm', 'a;rm -rf ~', "npm install 'a;rm -rf ~@2.0'"],
  ['deb', "it's", "apt-get update && apt-get install --only-upgrade 'it'\\''s'"],
  ['npm', '-g', 'upgrade the package to 2.0'],
  ['npm', 'a\nrm -rf /', 'upgrade the package to 2.0'],
])('%s %s: %s', async (type, name, expected) => {
  expect(await mendOf(type, name)).toBe(expected);
});

test('what the base brought is mended by a newer base', async () => {
  expect(await mendOf('deb', 'libssl3', { owner: 'base', base: { name: 'debian:12' } })).toBe(
    'rebuild on a newer debian:12 (docker build --pull)',
  );
  expect(await mendOf('deb', 'libssl3', { owner: 'base', base: null })).toBe('rebuild on a newer base image');
});

test('what an operating system package brought is mended by that package', async () => {
  expect(await mendOf('pypi', 'pyyaml', { extra: { ownedBy: 'os' } })).toBe(
    'apt-get update && apt-get install --only-upgrade python3-yaml',
  );
});

test('a Go version may or may not have its v', async () => {
  expect(await mendOf('golang', 'golang.org/x/net', { version: 'v0.17.0' })).toBe('go get golang.org/x/net@v0.17.0');
});
