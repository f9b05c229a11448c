import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, ImageRecord } from '../../src/model/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { realImage } from '../make/real-images/index.ts';
import { runCommand } from '../make/run-command.ts';
import { copiedOut, noContainerReason, withBusybox } from './in-container.ts';
import { ScanPlace, sortedLines } from './scan-place.ts';

/** What the recipe planted, as it planted it. */
const planted = {
  awsKeyId: 'AKIA' + '2EZAQF3BW44CR7VI',
  awsSecret: 'wJalrXUtnFEMI' + '/K7MDENG/bPxRfiCY' + 'ZQ3yVtB8kL',
  database: 'h4rb0ur-Pa55',
  variable: 'Tr0ub4dor-and-3',
  argument: 'b7c1e6f0a9d84c55',
  label: 'Gr4nite-Quay-77',
} as const;

const reason = noContainerReason('careless');
const title = `an image made carelessly${reason === undefined ? '' : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  const place = new ScanPlace();
  let record: ImageRecord;
  beforeAll(async () => {
    record = await place.scanReal('careless', { base: 'debian' });
  });
  afterAll(() => place.remove());

  const lines = (kind: Finding['kind'], line: (finding: Finding) => string): string[] =>
    record.findings
      .filter((finding) => finding.kind === kind && finding.place.owner === 'app')
      .map(line)
      .sort();

  test('has its secrets found in files, deleted ones too, in variables, labels and the history', () => {
    const found = lines('secret', ({ place: at, ...finding }) => {
      const where = at.path === undefined ? at.configuration : `${at.path}:${at.line} of layer ${at.layer}`;
      const gone = at.deletedIn === undefined ? '' : `, deleted in ${at.deletedIn}`;
      return `${'rule' in finding ? finding.rule : ''} ${where}${gone}`;
    });
    expect(found).toEqual([
      'aws-access-key-id /root/.aws/credentials:2 of layer 2, deleted in 5',
      'aws-secret-access-key /root/.aws/credentials:3 of layer 2, deleted in 5',
      'database-url /app/.env:1 of layer 4',
      'secret-in-configuration env:ADMIN_PASSWORD',
      'secret-in-configuration history:1',
      'secret-in-configuration label:registry.password',
    ]);
  });

  test('has its private keys found, in the words of openssl and ssh-keygen', async () => {
    expect(
      lines('private-key', (finding) =>
        finding.kind === 'private-key'
          ? `${finding.format} ${finding.place.path}, ${finding.encrypted === false ? 'bare' : 'encrypted'}`
          : '',
      ),
    ).toEqual(['openssh /root/.ssh/id_ed25519, bare', 'pkcs8 /etc/ssl/private/tls.key, bare']);
    const folder = await copiedOut('careless', '/etc/ssl/private/tls.key', place.at('keys'));
    expect(await runCommand('openssl', ['pkey', '-in', join(folder, 'tls.key'), '-noout', '-text'])).toContain(
      '1024 bit',
    );
  });

  test('has its certificate described as openssl describes it', async () => {
    const folder = await copiedOut('careless', '/etc/ssl/private/tls.crt', place.at('keys'));
    const options = [
      '-noout',
      '-subject',
      '-serial',
      '-fingerprint',
      '-sha256',
      '-enddate',
      '-dateopt',
      'iso_8601',
      '-nameopt',
      'RFC2253',
    ];
    const said = await runCommand('openssl', ['x509', '-in', join(folder, 'tls.crt'), ...options]);
    const certificate = record.certificates.find((each) => each.place.path === '/etc/ssl/private/tls.crt')!;
    const { subject, serial, fingerprintSha256, notAfter } = certificate;
    expect(sortedLines(said)).toEqual(
      [
        `subject=${subject}`,
        `serial=${serial.toUpperCase()}`,
        `sha256 Fingerprint=${fingerprintSha256.toUpperCase().match(/../g)!.join(':')}`,
        `notAfter=${notAfter.replace('T', ' ')}`,
      ].sort(),
    );
    expect(certificate).toMatchObject({
      keyType: 'rsa',
      keyBits: 1024,
      isCa: true,
      selfSigned: true,
      inTrustStore: false,
      weaknesses: ['rsa-1024', 'test-ca'],
    });
  });

  test('has all certificates of its trust store, by fingerprint', async () => {
    const folder = await copiedOut('careless', '/etc/ssl/certs/ca-certificates.crt', place.at('store'));
    const bundle = readFileSync(join(folder, 'ca-certificates.crt'), 'utf8');
    const ours = record.certificates.filter((each) => each.place.path === '/etc/ssl/certs/ca-certificates.crt');
    expect(ours.length).toBe(bundle.split('-----BEGIN CERTIFICATE-----').length - 1);
    expect(ours.filter(({ inTrustStore }) => !inTrustStore)).toEqual([]);
    const first = await runCommand('openssl', ['x509', '-noout', '-fingerprint', '-sha256'], { input: bundle });
    expect(ours.map(({ fingerprintSha256 }) => fingerprintSha256)).toContain(
      first.trim().split('=')[1]!.replaceAll(':', '').toLowerCase(),
    );
  });

  test('has its accounts as passwd and shadow of the container name them', async () => {
    const [passwd, shadow] = [
      sortedLines(await withBusybox('careless', '/busybox cat /etc/passwd')).map((line) => line.split(':')),
      new Map(
        sortedLines(await withBusybox('careless', '/busybox cat /etc/shadow')).map((line) => [
          line.split(':')[0]!,
          line.split(':')[1]!,
        ]),
      ),
    ];
    const stateOf = (hash: string): string => (hash === '' ? 'empty' : /^[!*]/.test(hash) ? 'locked' : 'set');
    const theirs = passwd.map(([name, , uid, gid, , home, shell]) =>
      [name, uid, gid, home, shell, stateOf(shadow.get(name!)!)].join(' '),
    );
    const ours = record.accounts.map(({ name, uid, gid, home, shell, password }) =>
      [name, uid, gid, home, shell, password].join(' '),
    );
    expect(ours.sort()).toEqual(theirs.sort());
    expect(ours).toContain('guest 1000 1001 /home/guest /bin/sh empty');
  });

  test('has all else found that opens a door, with the instruction that opened it', () => {
    const step =
      'RUN mkdir -m 777 /srv/drop && chmod 666 /etc/hosts.allow 2>/dev/null; useradd -o -u 0 -m toor; useradd -m guest && passwd -d guest; apt-get update';
    const found = record.findings.flatMap((finding) =>
      finding.kind === 'misconfiguration' && finding.place.owner === 'app'
        ? [[finding.check, finding.detail, finding.place.path, finding.place.instruction]]
        : [],
    );
    expect(found.filter(([check]) => check !== 'weak-certificate').sort()).toEqual([
      ['empty-password', 'guest', '/etc/passwd', step],
      ['uid-0-twin', 'toor', '/etc/passwd', step],
      ['world-writable-directory', 'mode 0777', '/srv/drop', step],
    ]);
    expect(found.filter(([check]) => check === 'weak-certificate').map(([, detail, path]) => [detail, path])).toEqual([
      ['rsa-1024, test-ca', '/etc/ssl/private/tls.crt'],
    ]);
  });

  test('finds world-writable places and devices where find finds them', async () => {
    const found = await withBusybox('careless', '/busybox find / -xdev -type d -perm -0002 ! -perm -1000');
    const ours = record.findings.flatMap((finding) =>
      finding.kind === 'misconfiguration' && finding.check.startsWith('world-writable') ? [finding.place.path!] : [],
    );
    expect(ours.sort()).toEqual(sortedLines(found));
  });

  test('counts the package lists that apt-get update left behind', async () => {
    const kilobytes = Number((await withBusybox('careless', '/busybox du -s /var/lib/apt/lists')).split('\t')[0]);
    const index = record.findings.find(
      (finding) => finding.kind === 'bloat' && finding.category === 'package-index' && finding.place.layer === 6,
    );
    expect(index).toMatchObject({ kind: 'bloat', place: { path: '/var/lib/apt/lists', owner: 'app' } });
    const bytes = index?.kind === 'bloat' ? index.sizeBytes : 0;
    expect(Math.abs(bytes / 1024 - kilobytes) / kilobytes).toBeLessThan(0.02);
  });

  test('fails for all that by the production policy, and for nothing that the base brought', async () => {
    const { verdict } = await place.judge(record, 'production');
    expect(verdict.result).toBe('fail');
    expect([...new Set(verdict.violations.map(({ rule, owner }) => `${rule} ${owner}`))].sort()).toEqual([
      'accounts app',
      'no-private-keys app',
      'no-root-user image',
      'no-secrets app',
    ]);
  });

  describe('in its reports', () => {
    const cli = new Place();
    const formats = ['json', 'table', 'sarif', 'cyclonedx', 'spdx'];
    const texts: string[] = [];
    beforeAll(async () => {
      const { archive } = await realImage('careless');
      const targets = formats.flatMap((format) => ['--format', `${format}=${cli.at(format)}`]);
      const ran = await cli.plimsoll(['scan', `archive:${archive}`, '--offline', '--timings', ...targets]);
      expect(ran.status).toBe(2);
      texts.push(ran.stdout, ran.stderr, ...formats.map((format) => readFileSync(cli.at(format), 'utf8')));
    });
    afterAll(() => cli.remove());
    const told = (secrets: readonly string[]): string[] =>
      secrets.filter((secret) => texts.some((text) => text.includes(secret)));

    test('never tells a secret of a file, a variable or an argument, nor a line of a key', () => {
      const { label: _label, ...others } = planted;
      expect(told([...Object.values(others), 'BEGIN OPENSSH', 'BEGIN PRIVATE', 'b3BlbnNzaC1rZXk'])).toEqual([]);
      expect(told(['ADMIN_PASSWORD=', 'registry.password'])).toHaveLength(2);
    });

    // The record's labels are redacted value by value, without the name that gives a password away.
    test('never tells a secret of a label', () => {
      expect(told([planted.label])).toEqual([]);
    });
  });
});
