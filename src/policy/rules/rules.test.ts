import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { madeOn as now, makeRecord } from '../../../test/make/record.ts';
import type { RecordStub } from '../../../test/make/record.ts';
import type { Verdict } from '../../model/index.ts';
import { judge, preparePolicy } from '../index.ts';
import { rules } from './list.ts';

/** What one rule alone says of a record, in short. */
async function says(rule: string, settings: object, stub: RecordStub): Promise<string[]> {
  const asked = {
    'nothing-unread': { effect: 'off' },
    'advisory-data-age': { effect: 'off' },
    'advisory-coverage': { effect: 'off' },
  } as const;
  const policy = {
    name: 'test',
    rules: { ...asked, [rule]: { effect: 'fail' as const, ...settings } },
    scopes: [],
    waivers: [],
  };
  const verdict: Verdict = judge(makeRecord(stub), await preparePolicy(policy), { now });
  return [
    ...verdict.violations.map(({ owner, what, why }) => `${owner}: ${what}: ${why}`),
    ...verdict.warnings.map(({ what, why }) => `warning: ${what}: ${why}`),
    ...verdict.doubts.map(({ what }) => `unknown ${what}`),
  ];
}

const vulnerability = (more: object) => ({
  kind: 'vulnerability',
  advisory: 'CVE-2024-1',
  packageName: 'libx',
  packageVersion: '1',
  severity: 'high',
  fix: { state: 'fixed', version: '2', availableAt: '2025-12-20' },
  epss: { score: 0.1, percentile: 0.4 },
  ...more,
});
const runnable = (path: string, more: object = {}) => ({ place: { path, owner: 'base' }, ...more });

const cases: readonly (readonly [string, string, object, RecordStub, readonly string[]])[] = [
  [
    'fixable-severity',
    'a fix that is out',
    {},
    { findings: [vulnerability({})] },
    ['app: CVE-2024-1 (high) in libx 1: fixed in 2 since 2025-12-20; high and above must be fixed'],
  ],
  ['fixable-severity', 'a fix that is not out long', { fixedForDays: 14 }, { findings: [vulnerability({})] }, []],
  [
    'fixable-severity',
    'a fix of unknown age',
    { fixedForDays: 14 },
    { findings: [vulnerability({ fix: { state: 'fixed', version: '2' } })] },
    ['app: CVE-2024-1 (high) in libx 1: fixed in 2; allowed: 14 days from the fix'],
  ],
  ['fixable-severity', 'a lighter one', {}, { findings: [vulnerability({ severity: 'medium' })] }, []],
  [
    'fixable-severity',
    'one that nobody rated',
    {},
    { findings: [vulnerability({ severity: 'unknown' })] },
    ['warning: CVE-2024-1 (unknown) in libx 1: fixed in 2 since 2025-12-20; high and above must be fixed'],
  ],
  ['fixable-severity', 'one in a deleted place', {}, { findings: [vulnerability({ place: { deletedIn: 2 } })] }, []],
  [
    'fixable-severity',
    'one in a deleted place when asked',
    { countDeleted: true },
    { findings: [vulnerability({ place: { deletedIn: 2 } })] },
    ['app: CVE-2024-1 (high) in libx 1: fixed in 2 since 2025-12-20; high and above must be fixed'],
  ],
  [
    'fixable-severity',
    'one in a development package',
    {},
    { findings: [vulnerability({ packageId: 'd' })], packages: [{ id: 'd', dev: true }] },
    [],
  ],
  [
    'fixable-severity',
    "one of the base when only the application's count",
    { owners: ['app'] },
    { findings: [vulnerability({ place: { owner: 'base' } })] },
    [],
  ],
  [
    'unfixed-severity',
    'one without a fix',
    { atLeast: 'high' },
    { findings: [vulnerability({ fix: { state: 'wont-fix' } })] },
    ['app: CVE-2024-1 (high) in libx 1: the vendor will not fix it; high and above may not sail unfixed'],
  ],
  ['unfixed-severity', 'one with a fix', { atLeast: 'high' }, { findings: [vulnerability({})] }, []],
  [
    'unfixed-severity',
    'one that is new',
    { atLeast: 'high', knownForDays: 30 },
    { findings: [vulnerability({ fix: { state: 'not-fixed' }, published: '2025-12-30' })] },
    [],
  ],
  [
    'known-exploited',
    'a light one that is exploited',
    {},
    { findings: [vulnerability({ severity: 'low', exploited: { since: '2025-01-02', ransomware: true } })] },
    [
      'app: CVE-2024-1 (low) in libx 1: known to be exploited, by ransomware too, since 2025-01-02; fixed in 2 since 2025-12-20',
    ],
  ],
  ['known-exploited', 'none that is', {}, { findings: [vulnerability({})] }, []],
  [
    'exploit-likelihood',
    'a likely one',
    {},
    { findings: [vulnerability({ epss: { score: 0.7, percentile: 0.99 } })] },
    [
      'app: CVE-2024-1 (high) in libx 1: likelihood of exploitation 0.7, allowed below 0.5; fixed in 2 since 2025-12-20',
    ],
  ],
  [
    'exploit-likelihood',
    'a database without scores',
    {},
    { findings: [vulnerability({ epss: undefined })] },
    ['unknown how likely exploitation is: the advisory database has no EPSS score for any CVE of this image'],
  ],
  ['advisory-data-age', 'young data', {}, {}, []],
  [
    'advisory-data-age',
    'old data',
    {},
    { advisories: { builtAt: '2025-12-20T10:00:00Z' } },
    ['unknown what became known since 2025-12-20: the advisory database is older than 7 days'],
  ],
  [
    'advisory-data-age',
    'data of the future',
    {},
    { advisories: { builtAt: '2026-02-01T10:00:00Z' } },
    ['unknown how old the advisory database is: it is dated 2026-02-01, after today'],
  ],
  [
    'advisory-data-age',
    'no data',
    {},
    { advisories: null },
    ['unknown which vulnerabilities apply: no advisory database was used'],
  ],
  [
    'advisory-coverage',
    'packages that nobody looked up',
    {},
    { advisories: { uncovered: ['npm'] }, packages: [{ type: 'conan', ecosystem: undefined }] },
    [
      'unknown vulnerabilities of npm packages: the advisory database has no data for them',
      'unknown vulnerabilities of 1 conan packages: no source of advisories is known for them',
    ],
  ],
  ['advisory-coverage', 'what is excepted', { except: ['npm'] }, { advisories: { uncovered: ['npm'] } }, []],
  [
    'supported-operating-system',
    'one whose support has ended',
    {},
    { operatingSystem: { prettyName: 'Debian 9', supportEnd: '2022-06-30' } },
    ['base: Debian 9 is supported until 2022-06-30: support has ended: nobody publishes fixes any more'],
  ],
  [
    'supported-operating-system',
    'the last day of support',
    {},
    { operatingSystem: { prettyName: 'Debian 9', supportEnd: '2026-01-01' } },
    [],
  ],
  [
    'supported-operating-system',
    'the day after',
    {},
    { operatingSystem: { prettyName: 'Debian 9', supportEnd: '2025-12-31' } },
    ['base: Debian 9 is supported until 2025-12-31: support has ended: nobody publishes fixes any more'],
  ],
  [
    'supported-operating-system',
    'too little left',
    { daysLeft: 60 },
    { operatingSystem: { prettyName: 'Debian 9', supportEnd: '2026-02-01' } },
    ['base: Debian 9 is supported until 2026-02-01: support must last 60 days more'],
  ],
  [
    'supported-operating-system',
    'what the database knows better',
    {},
    { advisories: { supportEnd: '2020-01-01' }, operatingSystem: { prettyName: 'Debian 9' } },
    ['base: Debian 9 is supported until 2020-01-01: support has ended: nobody publishes fixes any more'],
  ],
  [
    'supported-operating-system',
    'one that nobody speaks of',
    {},
    { operatingSystem: { id: 'odd', version: '1', prettyName: 'Odd 1', supportEnd: null } },
    ['unknown how long Odd 1 is supported: nobody states an end of support for odd 1'],
  ],
  ['supported-operating-system', 'a rolling one', {}, { operatingSystem: { id: 'wolfi', supportEnd: null } }, []],
  [
    'supported-operating-system',
    'packages of an unknown one',
    {},
    { operatingSystem: null, packages: [{}] },
    [
      'unknown which operating system this is: it has packages of an operating system but no release file that is understood',
    ],
  ],
  [
    'supported-operating-system',
    'dynamic programs of an unknown one',
    {},
    { operatingSystem: null, executables: [runnable('/a', { elf: {}, interpreter: '/lib/ld.so' })] },
    [
      'unknown which operating system this is: it has programs that need shared libraries but no release file that is understood',
    ],
  ],
  [
    'supported-operating-system',
    'static programs alone',
    {},
    { operatingSystem: null, executables: [runnable('/a', { elf: {} })] },
    [],
  ],
  [
    'no-secrets',
    'one that was deleted',
    {},
    {
      findings: [{ kind: 'secret', title: 'a token', redacted: 'a…b', place: { path: '/a', layer: 7, deletedIn: 8 } }],
    },
    ['app: a token a…b: deleted in layer 9, but layer 8 still ships it'],
  ],
  [
    'no-secrets',
    'what is excepted',
    { exceptPaths: ['/test/**'], exceptKinds: ['generic-*'] },
    {
      findings: [
        { kind: 'secret', place: { path: '/test/a' } },
        { kind: 'secret', rule: 'generic-password' },
      ],
    },
    [],
  ],
  [
    'no-secrets',
    'an SBOM',
    {},
    { image: { kind: 'sbom' } },
    [
      'unknown what its files hold: only an SBOM was read',
      'unknown how it is configured to run: an SBOM has no configuration',
    ],
  ],
  [
    'no-private-keys',
    'one in a deleted place',
    {},
    { findings: [{ kind: 'private-key', title: 'an SSH key', place: { path: '/k', layer: 1, deletedIn: 2 } }] },
    ['app: an SSH key: deleted in layer 3, but layer 2 still ships it'],
  ],
  [
    'no-private-keys',
    'one under a passphrase where that is allowed',
    { allowEncrypted: true },
    { findings: [{ kind: 'private-key', encrypted: true }] },
    [],
  ],
  [
    'no-private-keys',
    'one of which nobody knows',
    { allowEncrypted: true },
    { findings: [{ kind: 'private-key', title: 'a key', place: { path: '/k' } }] },
    ['app: a key: whoever can pull the image has the key'],
  ],
  [
    'no-root-user',
    'no user',
    {},
    { image: { configuration: { user: null } } },
    ['image: no user is set: the image starts as root'],
  ],
  [
    'no-root-user',
    'number 0 with a group',
    {},
    { image: { configuration: { user: '000:1000' } } },
    ['image: user 000: the image starts as root'],
  ],
  ['no-root-user', 'a number', {}, { image: { configuration: { user: '1000' } } }, []],
  [
    'no-root-user',
    'a name that is root',
    {},
    { image: { configuration: { user: 'app' } }, accounts: [{ name: 'app', uid: 0 }] },
    ['image: user app: its number is 0: the image starts as root'],
  ],
  [
    'no-root-user',
    'a name that is not',
    {},
    { image: { configuration: { user: 'app:app' } }, accounts: [{ name: 'app', uid: 7 }] },
    [],
  ],
  [
    'no-root-user',
    'the first line of two with one name',
    {},
    {
      image: { configuration: { user: 'app' } },
      accounts: [
        { name: 'app', uid: 0 },
        { name: 'app', uid: 7 },
      ],
    },
    ['image: user app: its number is 0: the image starts as root'],
  ],
  [
    'no-root-user',
    'a name that nobody knows',
    {},
    { image: { configuration: { user: 'app' } } },
    ['unknown whether user app is root: /etc/passwd of the image does not name it'],
  ],
  [
    'no-root-user',
    'a name where a number is asked',
    { onlyNumeric: true },
    { image: { configuration: { user: 'app' } }, accounts: [{ name: 'app', uid: 7 }] },
    ['image: user app: a user must be a number'],
  ],
  [
    'no-root-user',
    'a directory',
    {},
    { image: { kind: 'directory' } },
    ['unknown how it is configured to run: a directory has no configuration'],
  ],
  [
    'setuid-files',
    'setuid, setgid and capabilities',
    { allow: ['/bin/ok'] },
    {
      executables: [
        runnable('/bin/su', { mode: 0o4755 }),
        runnable('/bin/wall', { mode: 0o2755, gid: 5 }),
        runnable('/bin/ping', { capabilities: 'cap_net_raw=ep' }),
        runnable('/bin/ok', { mode: 0o4755 }),
        runnable('/bin/ls'),
      ],
    },
    [
      'base: /bin/ping (capabilities cap_net_raw=ep): it runs with more rights than whoever starts it',
      'base: /bin/su (setuid, owner 0): it runs with more rights than whoever starts it',
      'base: /bin/wall (setgid, group 5): it runs with more rights than whoever starts it',
    ],
  ],
  [
    'known-base',
    'none',
    {},
    { base: null },
    ['image: the base image is not known: nobody knows what the image is built on'],
  ],
  [
    'known-base',
    'a tag alone',
    {},
    { base: { digest: null, name: 'debian:12', known: 'annotation' } },
    ['image: base debian:12 has no digest: a tag can point elsewhere tomorrow'],
  ],
  [
    'known-base',
    'a claim',
    { onlyProven: true },
    { base: { name: 'debian:12', known: 'annotation' } },
    ['image: base debian:12 is only claimed: its layers were not compared'],
  ],
  [
    'known-base',
    'another than those allowed',
    { allow: ['distroless/**'] },
    { base: { name: 'debian:12' } },
    ['image: base debian:12: it is not one of the bases allowed'],
  ],
  ['known-base', 'one that is allowed', { allow: ['debian'] }, { base: { name: 'debian:12' } }, []],
  [
    'known-base',
    'a guess',
    { onlyProven: true },
    { base: { digest: null, name: 'debian', known: 'contents', layers: 0, degree: 0.94 } },
    [
      'image: base debian is a guess: the image has 94% of its contents: no release in the catalogue has the layers that the image has',
    ],
  ],
  [
    'known-base',
    'one that is retired',
    {},
    { base: { name: 'debian', listed: { name: 'debian', owner: 'platform', state: 'retired' } } },
    ['image: base debian is retired: nobody mends it any more'],
  ],
  [
    'known-base',
    'one that nobody endorsed, where that is asked',
    { onlyEndorsed: true },
    { base: { name: 'debian', listed: { name: 'debian', owner: 'platform', state: 'candidate' } } },
    ['image: base debian is not endorsed: nobody stands behind this release'],
  ],
  [
    'known-base',
    'one that is endorsed, but turned, and is not the newest',
    { onlyEndorsed: true, onlyNewest: true },
    {
      base: {
        name: 'debian',
        listed: {
          name: 'debian',
          owner: 'platform',
          state: 'endorsed',
          verdict: 'fail',
          newest: { digest: 'x', reference: 'r' },
        },
      },
    },
    [
      'image: base debian has a newer release: what it mends is not in this image',
      'image: base debian no longer passes its own policy: its last verdict is fail',
    ],
  ],
  [
    'known-base',
    'one that is endorsed',
    { onlyEndorsed: true, onlyNewest: true },
    { base: { name: 'debian', listed: { name: 'debian', owner: 'platform', state: 'endorsed', verdict: 'pass' } } },
    [],
  ],
  [
    'forbidden-packages',
    'by name, version and purl',
    {
      packages: [
        'telnet',
        { package: 'log4j-core@2.14.*', why: 'Log4Shell', instead: '2.17.1' },
        'pkg:npm/event-stream@*',
      ],
    },
    {
      packages: [
        { name: 'telnet', version: '1' },
        { type: 'maven', name: 'log4j-core', version: '2.14.1' },
        { type: 'npm', name: 'event-stream', version: '3.3.6' },
        { name: 'telnetd', version: '1' },
      ],
    },
    [
      'app: deb package telnet 1: telnet is forbidden',
      'app: maven package log4j-core 2.14.1: Log4Shell',
      'app: npm package event-stream 3.3.6: pkg:npm/event-stream@* is forbidden',
    ],
  ],
  [
    'forbidden-packages',
    "by versions, in the order of the package's own kind",
    {
      packages: [
        { package: 'org.apache.logging.log4j:log4j-core', versions: '<2.17.1' },
        { package: '@acme/x', versions: '>=1.0 <2' },
        { package: 'pkg:pypi/django', versions: '<4.2 || >=5.0 <5.0.2' },
        { package: 'openssl', versions: '<3.0.14-1~deb12u2', why: 'holes', instead: 'a newer one' },
      ],
    },
    {
      packages: [
        { type: 'maven', scheme: 'maven', name: 'org.apache.logging.log4j:log4j-core', version: '2.9.1' },
        { type: 'maven', scheme: 'maven', name: 'org.apache.logging.log4j:log4j-core', version: '2.17.1' },
        { type: 'npm', scheme: 'semver', name: '@acme/x', version: '1.10.0' },
        { type: 'npm', scheme: 'semver', name: '@acme/x', version: '2.0.0' },
        { type: 'pypi', scheme: 'pep440', name: 'django', version: '5.0.1' },
        { type: 'pypi', scheme: 'pep440', name: 'django', version: '4.2' },
        { name: 'libssl3', version: '9', source: { name: 'openssl', version: '3.0.14-1~deb12u1' } },
        { name: 'libssl1', version: '1', source: { name: 'openssl', version: '1:1.0' } },
      ],
    },
    [
      'app: deb package libssl3 9: holes',
      'app: maven package org.apache.logging.log4j:log4j-core 2.9.1: org.apache.logging.log4j:log4j-core <2.17.1 is forbidden',
      'app: npm package @acme/x 1.10.0: @acme/x >=1.0 <2 is forbidden',
      'app: pypi package django 5.0.1: pkg:pypi/django <4.2 || >=5.0 <5.0.2 is forbidden',
    ],
  ],
  [
    'forbidden-packages',
    'by versions that can not be compared',
    {
      packages: [
        { package: 'x', versions: '<2' },
        { package: 'y', versions: '<2' },
        'z',
        { package: 'z', versions: '<2' },
      ],
    },
    {
      packages: [
        { type: 'npm', scheme: 'semver', name: 'x', version: '' },
        { type: 'npm', scheme: 'semver', name: 'x', version: 'latest' },
        { type: 'conda', scheme: 'conda', name: 'y', version: '1' },
        { type: 'npm', scheme: 'semver', name: 'z', version: 'latest' },
      ],
    },
    [
      'app: npm package z latest: z is forbidden',
      'unknown whether npm package x is x <2: it has no known version',
      'unknown whether npm package x latest is x <2: its version latest is none by semver rules',
      'unknown whether conda package y 1 is y <2: nobody knows how versions of scheme conda are ordered',
    ],
  ],
  [
    'forbidden-packages',
    'by bounds that are no versions of that kind',
    {
      packages: [
        { package: 'x', versions: '<2.x' },
        { package: 'x', versions: '>9 <2.x || >1.4' },
      ],
    },
    { packages: [{ scheme: 'semver', type: 'npm', name: 'x', version: '1.5.0' }] },
    ['app: npm package x 1.5.0: x >9 <2.x || >1.4 is forbidden'],
  ],
  [
    'required-packages',
    'in a version',
    {
      packages: [
        { package: 'openssl', versions: '>=3' },
        { package: 'tzdata', versions: '>=2024a-0+deb12u1' },
        { package: 'curl', versions: '>=8' },
        { package: 'bash' },
        { package: 'odd', versions: '>=1' },
      ],
    },
    {
      packages: [
        { name: 'openssl', version: '1.1.1w-0' },
        { name: 'tzdata', version: '2024a-0+deb12u1' },
        { name: 'tzdata', version: '2023c-0' },
        { name: 'bash', version: '5.2' },
        { name: 'odd', version: '' },
      ],
    },
    [
      'image: no package curl >=8: the policy requires it',
      'image: no package openssl >=3, but 1.1.1w-0: the policy requires it',
      'unknown whether package odd >=1 is there: of odd, it has no known version',
    ],
  ],
  [
    'required-packages',
    'one that is missing',
    { packages: ['ca-certificates', 'tzdata'] },
    { packages: [{ name: 'tzdata' }] },
    ['image: no package ca-certificates: the policy requires it'],
  ],
  [
    'required-packages',
    'one that may be hidden',
    { packages: ['tzdata'] },
    { problems: [{ hides: 'packages' }] },
    ['unknown whether package tzdata is there: not all packages could be read'],
  ],
  [
    'required-labels',
    'missing, wrong and right ones',
    { labels: { a: '**', b: 'https://**', c: '**', constructor: '**' } },
    { image: { labels: { b: 'ftp://x' }, annotations: { c: 'x' } } },
    [
      'image: label b is ftp://x: it must match https://**',
      'image: no label a: the policy requires it',
      'image: no label constructor: the policy requires it',
    ],
  ],
  [
    'allowed-ports',
    'low, high and odd ones',
    { allow: ['1024-65535/tcp', '53/udp'] },
    { image: { configuration: { exposedPorts: ['22/tcp', '8080', '53/udp', '54/udp', 'ssh'] } } },
    [
      'image: port 22/tcp is exposed: allowed: 1024-65535/tcp, 53/udp',
      'image: port 54/udp is exposed: allowed: 1024-65535/tcp, 53/udp',
      'unknown which port ssh is',
    ],
  ],
  [
    'no-shell',
    'by file and by link',
    { except: ['/opt/**'] },
    {
      executables: [
        runnable('/bin/busybox', { links: ['/bin/ash', '/bin/ls', '/bin/sh'] }),
        runnable('/usr/bin/cat', { links: ['/bin/sh'] }),
        runnable('/opt/bash'),
        runnable('/bin/ssh'),
      ],
    },
    [
      'base: shell /bin/busybox, /bin/ash, /bin/sh: the image must not contain a shell',
      'base: shell /bin/sh: the image must not contain a shell',
    ],
  ],
  [
    'no-package-manager',
    "the system's",
    {},
    { executables: [runnable('/usr/bin/apt-get'), runnable('/usr/bin/npm')] },
    ['base: package manager /usr/bin/apt-get: the image must not contain a package manager'],
  ],
  [
    'no-package-manager',
    "the languages' too",
    { languages: true },
    { executables: [runnable('/usr/bin/npm')] },
    ['base: package manager /usr/bin/npm: the image must not contain a package manager'],
  ],
  [
    'image-age',
    'an old one',
    {},
    { image: { created: '2025-01-01T00:00:00Z' } },
    ['image: built on 2025-01-01: allowed: 90 days'],
  ],
  [
    'image-age',
    'one without a date',
    {},
    { image: { created: null } },
    ['unknown when the image was built: it has no date'],
  ],
  [
    'image-age',
    'the date of reproducible builds',
    {},
    { image: { created: '1970-01-01T00:00:00Z' } },
    ['unknown when the image was built: it says 1970-01-01'],
  ],
  [
    'image-size',
    'too large',
    { maxMegabytes: 100 },
    { statistics: { sizeBytes: 100_000_001 } },
    ['image: 101 MB in all layers: allowed: 100 MB'],
  ],
  [
    'nothing-unread',
    'a problem',
    {},
    { problems: [{ message: 'ends in the middle', path: '/a.jar', hides: 'packages' }, { hides: 'nothing' }] },
    ['unknown /a.jar: ends in the middle (may hide packages)'],
  ],
  [
    'nothing-unread',
    'what is excepted',
    { exceptPaths: ['/a/**'], exceptCodes: ['too-*'], hides: ['packages'] },
    { problems: [{ path: '/a/b', hides: 'packages' }, { code: 'too-large', hides: 'packages' }, { hides: 'secrets' }] },
    [],
  ],
  [
    'accounts',
    'empty passwords, twins, passwords, shells',
    { loginShells: true, except: ['ok*'] },
    {
      accounts: [
        { name: 'root', uid: 0, shell: '/bin/bash' },
        { name: 'toor', uid: 0, shell: '/bin/sh' },
        { name: 'guest', password: 'empty' },
        { name: 'me', password: 'set', shell: '/bin/sh' },
        { name: 'okay', uid: 0 },
      ],
    },
    [
      'app: account guest has an empty password: anyone in the container can become it',
      'app: account toor has number 0: it is a second root',
      'app: account me has a password: it is the same in every container and its hash ships with the image',
      'app: account me has the shell /bin/sh: no one logs in to a container',
    ],
  ],
  [
    'certificates',
    'expired, soon and weak',
    { validForDays: 30 },
    {
      certificates: [
        { subject: 'CN=old', notAfter: '2025-12-31T00:00:00Z', fingerprintSha256: 'a' },
        { subject: 'CN=soon', notAfter: '2026-01-20T00:00:00Z', weaknesses: ['rsa-1024'], fingerprintSha256: 'b' },
        { subject: 'CN=ca', notAfter: '2000-01-01T00:00:00Z', inTrustStore: true },
        { subject: 'CN=odd', notAfter: '?', place: { path: '/c' } },
      ],
    },
    [
      'app: certificate CN=old: it expired on 2025-12-31',
      'app: certificate CN=soon: it is weak: rsa-1024',
      'app: certificate CN=soon: it expires on 2026-01-20; 30 days must be left',
      "unknown whether certificate CN=odd in /c has expired: its date can't be read",
    ],
  ],
  [
    'world-writable',
    'files and directories',
    { exceptPaths: ['/tmp/**'] },
    {
      findings: [
        { kind: 'misconfiguration', check: 'world-writable-file', title: '/a is writable', place: { path: '/a' } },
        { kind: 'misconfiguration', check: 'world-writable-directory', title: '/d is writable', place: { path: '/d' } },
        { kind: 'misconfiguration', check: 'world-writable-file', place: { path: '/tmp/a' } },
      ],
    },
    [
      'app: /a is writable: every process in the container can change it',
      'app: /d is writable: every process in the container can change it',
    ],
  ],
  [
    'misconfigurations',
    'those without a rule of their own',
    {},
    {
      findings: [
        {
          kind: 'misconfiguration',
          severity: 'high',
          check: 'ssh-authorized-keys',
          title: 'keys',
          detail: 'someone can log in',
        },
        { kind: 'misconfiguration', severity: 'high', check: 'root-user' },
        { kind: 'misconfiguration', severity: 'low', check: 'device' },
      ],
    },
    ['app: keys: someone can log in'],
  ],
  ['signed-by-builder', 'no evidence', {}, {}, ['unknown who signed it: nobody looked']],
  ['provenance-from', 'no evidence', {}, {}, ['unknown what it was built from: nobody looked']],
  ['code-analysis-clean', 'no evidence', {}, {}, ['unknown what code analysis found: nobody looked']],
  [
    'approved-by',
    'no evidence where the policy will not have that',
    { missing: 'fail' },
    {},
    ['image: who approved it: nobody looked: the policy demands it'],
  ],
];

describe('rules', () => {
  test.each(cases)('%s: %s', async (rule, _, settings, stub, expected) => {
    expect(await says(rule, settings, stub)).toEqual(expected);
  });

  test('each has a case here, defaults that fit its settings, and words', () => {
    for (const rule of rules) {
      expect(cases.map(([name]) => name)).toContain(rule.name);
      const shape = z.strictObject({ ...rule.settings(z) });
      expect(shape.safeParse(rule.defaults), rule.name).toMatchObject({ success: true });
      expect(rule.summary.endsWith('.') && rule.explanation.endsWith('.'), rule.name).toBe(true);
      for (const [name, type] of Object.entries<z.ZodType>(rule.settings(z)))
        expect(type.description, `${rule.name}.${name}`).toBeTruthy();
    }
  });
});
