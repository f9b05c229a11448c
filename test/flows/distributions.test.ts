import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../src/model/index.ts';
import { hasProgram } from '../make/real-images/host.ts';
import { runCommand } from '../make/run-command.ts';
import { copiedOut, inContainer, noContainerReason } from './in-container.ts';
import { packageLines, ScanPlace, sortedLines } from './scan-place.ts';

const names = ['debian', 'alpine-like', 'rpm', 'rpm-bdb', 'distroless-like'] as const;
const reason = noContainerReason(...names);
const title = `a distribution's image${reason === undefined ? '' : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  const place = new ScanPlace();
  const records = new Map<string, ImageRecord>();
  beforeAll(async () => {
    for (const name of names) records.set(name, await place.scanReal(name));
  });
  afterAll(() => place.remove());

  test('Debian: packages, architectures and sources are those that dpkg names', async () => {
    const format = '${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n';
    const dpkg = await inContainer('debian', 'dpkg-query', '--show', `--showformat=${format}`);
    const ours = packageLines(
      records.get('debian')!,
      'deb',
      ({ name, version, arch, source }) =>
        `${name} ${version} ${arch} ${source?.name ?? name} ${source?.version ?? version}`,
    );
    expect(ours).toEqual(sortedLines(dpkg));
    expect(ours.length).toBeGreaterThan(80);
  });

  test('distroless: packages of status.d are those that dpkg names when it is given the same paragraphs', async () => {
    const folder = await copiedOut('distroless-like', '/var/lib/dpkg/status.d', place.at('distroless'));
    const files = readdirSync(join(folder, 'status.d')).filter((name) => !name.endsWith('.md5sums'));
    const paragraphs = files.map((name) => readFileSync(join(folder, 'status.d', name), 'utf8').trim());
    const status = paragraphs.map((text) => text.replace('\n', '\nStatus: install ok installed\n'));
    writeFileSync(join(place.folder('distroless'), 'status'), `${status.join('\n\n')}\n`);
    const format = '${Package} ${Version} ${source:Package} ${source:Version}\n';
    const dpkg = await runCommand('dpkg-query', [`--admindir=${folder}`, '--show', `--showformat=${format}`]);
    const ours = packageLines(
      records.get('distroless-like')!,
      'deb',
      ({ name, version, source }) => `${name} ${version} ${source?.name ?? name} ${source?.version ?? version}`,
    );
    expect(ours).toEqual(sortedLines(dpkg));
    expect(
      packageLines(records.get('distroless-like')!, 'deb', ({ name, place: { path } }) => `${name} ${path}`),
    ).toEqual(
      ['base-files', 'libc6', 'libssl3', 'netbase', 'tzdata', 'zlib1g'].map(
        (name) => `${name} /var/lib/dpkg/status.d/${name}`,
      ),
    );
  });

  test('Alpine: packages, origins and licences are those of the database that was written', () => {
    const lines = packageLines(
      records.get('alpine-like')!,
      'apk',
      ({ name, version, arch, source, licenses }) =>
        `${name} ${version} ${arch} of ${source?.name ?? name}, ${licenses.join('+')}`,
    );
    expect(lines).toEqual([
      'alpine-baselayout 3.2.0-r3 x86_64 of alpine-baselayout, GPL-2.0-only',
      'busybox 1.31.1-r8 x86_64 of busybox, GPL-2.0-only',
      'libcrypto1.1 1.1.1d-r2 x86_64 of openssl, OpenSSL',
      'libcurl 7.67.0-r0 x86_64 of curl, MIT',
      'libssl1.1 1.1.1d-r2 x86_64 of openssl, OpenSSL',
      'musl 1.1.24-r0 x86_64 of musl, MIT',
      'openssl 1.1.1d-r2 x86_64 of openssl, OpenSSL',
    ]);
  });

  test.skipIf(!hasProgram('rpm'))('RPM: packages of the sqlite database are those that rpm names', async () => {
    const folder = await copiedOut('rpm', '/var/lib/rpm', place.at('rpm'));
    const format = '%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE} %{ARCH} %{SOURCERPM} %{MODULARITYLABEL}\n';
    const rpm = await runCommand('rpm', ['--dbpath', join(folder, 'rpm'), '-qa', '--qf', format]);
    const record = records.get('rpm')!;
    const ours = packageLines(
      record,
      'rpm',
      ({ name, version, arch, modularity }) => `${name} ${version} ${arch} ${modularity}`,
    );
    // Of a module's label (name:stream:version:context) the record keeps the name and stream.
    const theirs = sortedLines(rpm).map((line) =>
      line
        .replace(/ \S+\.src\.rpm/, '')
        .replace('(none)', 'undefined')
        .replace(/( \w+:\w+):\S+$/, '$1'),
    );
    expect(ours).toEqual(theirs);
    expect(packageLines(record, 'rpm')).toEqual(enterprisePackages);
  });

  test('RPM: the same packages are found in a Berkeley DB', () => {
    expect(packageLines(records.get('rpm-bdb')!, 'rpm')).toEqual(enterprisePackages);
    const places = new Set(records.get('rpm-bdb')!.packages.map((found) => found.place.path));
    expect([...places]).toEqual(['/var/lib/rpm/Packages']);
  });

  test('names the operating system and the day on which its support ends', () => {
    const systems = names.map((name) => {
      const { id, version, supportEnd, ecosystem } = records.get(name)!.operatingSystem ?? {};
      return [name, id, version?.replace(/^12\.\d+$/, '12.x'), ecosystem, supportEnd];
    });
    // Debian: https://wiki.debian.org/LTS, Alpine: https://alpinelinux.org/releases/, Rocky and CentOS: their wikis.
    expect(systems).toEqual([
      ['debian', 'debian', '12.x', 'Debian:12', '2028-06-30'],
      ['alpine-like', 'alpine', '3.11.3', 'Alpine:v3.11', '2021-11-01'],
      ['rpm', 'rocky', '9.3', 'Rocky Linux:9', '2032-05-31'],
      ['rpm-bdb', 'centos', '7', undefined, '2024-06-30'],
      ['distroless-like', 'debian', '12.x', 'Debian:12', '2028-06-30'],
    ]);
  });

  test('gives every package a purl with its distribution', () => {
    const purl = (name: string, of: string): string | undefined =>
      records.get(name)!.packages.find((found) => found.name === of)?.purl;
    expect(purl('alpine-like', 'libssl1.1')).toBe(
      'pkg:apk/alpine/libssl1.1@1.1.1d-r2?arch=x86_64&distro=alpine-3.11.3',
    );
    expect(purl('rpm', 'openssl-libs')).toBe(
      'pkg:rpm/rocky/openssl-libs@3.0.7-24.el9?arch=x86_64&distro=rocky-9.3&epoch=1',
    );
    expect(purl('debian', 'libc6')).toMatch(
      /^pkg:deb\/debian\/libc6@2\.36-9%2Bdeb12u\d+\?arch=amd64&distro=debian-12\.\d+$/,
    );
  });

  test('has nothing that could not be read', () => {
    expect([...records].map(([name, { problems }]) => [name, problems])).toEqual(names.map((name) => [name, []]));
  });

  test('is judged: out of support fails, and no advisories at all is no pass', async () => {
    const verdicts = [];
    for (const name of names) {
      const { verdict } = await place.judge(records.get(name)!, 'production');
      const broken = verdict.rules.filter(({ result, effect }) => result === 'fail' && effect !== 'warn');
      verdicts.push([name, verdict.result, broken.map(({ rule }) => rule).sort()]);
    }
    expect(verdicts).toEqual([
      ['debian', 'fail', ['no-root-user']],
      ['alpine-like', 'fail', ['no-root-user', 'supported-operating-system']],
      ['rpm', 'fail', ['no-root-user']],
      ['rpm-bdb', 'fail', ['no-root-user', 'supported-operating-system']],
      ['distroless-like', 'cannot-tell', []],
    ]);
  });
});

const enterprisePackages = [
  'bash 5.1.8-6.el9_1',
  'curl 7.76.1-26.el9_3.2',
  'glibc 2.34-83.el9_3.7',
  'nodejs 1:18.18.2-3.module_el9.3.0',
  'openssl-libs 1:3.0.7-24.el9',
  'python3-urllib3 1.26.5-3.el9',
  'shadow-utils 2:4.9-8.el9',
  'zlib 1.2.11-40.el9',
];
