import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFile } from '../../../../test/make/catalog-file.ts';
import { zipArchive } from '../../../../test/make/zip-archive.ts';
import type { ZipMember } from '../../../../test/make/zip-archive.ts';
import { defaultArchiveLimits } from './archive-budget.ts';
import type { ArchiveLimits } from './archive-budget.ts';
import { groupByPath, namedByFile } from './file-name.ts';
import { java } from './index.ts';
import { readPomXml } from './pom.ts';
import { ArchiveReader } from './read-archive.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

const aClass = { name: 'com/example/Main.class', data: Buffer.from('cafebabe00000037', 'hex') };

/** As Maven 3.5 writes it. */
function pom(group: string, artifact: string, version: string): ZipMember {
  const data = `#Created by Apache Maven 3.5.0\nversion=${version}\ngroupId=${group}\nartifactId=${artifact}\n`;
  return { name: `META-INF/maven/${group}/${artifact}/pom.properties`, data };
}

function manifest(headers: Readonly<Record<string, string>>): ZipMember {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return { name: 'META-INF/MANIFEST.MF', data: `Manifest-Version: 1.0\r\n${lines.join('')}\r\n` };
}

const jar = (...members: ZipMember[]) => zipArchive([...members, aClass]);

/** What is found: name, version, evidence and inner path; problems as code, what they hide, and message. */
function found(path: string, bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}) {
  const reader = new ArchiveReader('java', catalogFile(path, bytes), { ...defaultArchiveLimits, ...limits });
  reader.read(catalogFile(path, bytes).content, []);
  return {
    packages: reader.items.map((item) =>
      [item.name, item.version, item.evidence, item.innerPath].filter((part) => part !== undefined),
    ),
    problems: reader.problems.map(({ code, hides, message }) => `${code} hides ${hides}: ${message}`),
  };
}

const packagesOf = (path: string, bytes: Uint8Array) => found(path, bytes).packages;

describe('a jar names itself', () => {
  it('by its pom.properties, with the licences of its manifest', () => {
    const bytes = jar(
      manifest({ 'Bundle-License': 'https://www.apache.org/licenses/LICENSE-2.0.txt;description="Apache, 2"' }),
      pom('org.apache.logging.log4j', 'log4j-core', '2.14.1'),
    );
    expect(java.catalog(catalogFile('/app/log4j-core-2.14.1.jar', bytes))).toMatchObject({
      items: [
        {
          kind: 'package',
          name: 'org.apache.logging.log4j:log4j-core',
          version: '2.14.1',
          path: '/app/log4j-core-2.14.1.jar',
          evidence: 'installed',
          licenses: ['https://www.apache.org/licenses/LICENSE-2.0.txt'],
        },
      ],
      problems: [],
    });
  });

  it('by its only pom.properties when the file was renamed', () => {
    expect(packagesOf('/app/app.jar', jar(pom('com.acme', 'shop', '1.2.3')))).toEqual([
      ['com.acme:shop', '1.2.3', 'installed'],
    ]);
  });

  it('by a pom.xml where there is no pom.properties, taking from its parent what it lacks', () => {
    const xml = `<?xml version="1.0"?><!-- <version>9</version> --><project><parent><groupId>com.acme</groupId>
      <artifactId>parent</artifactId><version>7</version></parent><artifactId>shop</artifactId>
      <dependencies><dependency><version>1</version></dependency></dependencies></project>`;
    const bytes = jar({ name: 'META-INF/maven/com.acme/shop/pom.xml', data: xml });
    expect(packagesOf('/app/shop.jar', bytes)).toEqual([['com.acme:shop', '7', 'installed']]);
  });

  it('by file name and the table of common groups, as for Spring and MySQL, which say little themselves', () => {
    const spring = manifest({
      'Implementation-Title': 'spring-core',
      'Automatic-Module-Name': 'spring.core',
      'Implementation-Version': '5.3.17',
    });
    expect(packagesOf('/lib/spring-core-5.3.17.jar', jar(spring))).toEqual([
      ['org.springframework:spring-core', '5.3.17', 'installed'],
    ]);
    expect(packagesOf('/lib/spring-core.jar', jar(spring))).toEqual([
      ['org.springframework:spring-core', '5.3.17', 'installed'],
    ]);
    expect(
      packagesOf('/lib/mysql-connector-java-8.0.20.jar', jar(manifest({ 'Bundle-SymbolicName': 'com.mysql.cj' }))),
    ).toEqual([['mysql:mysql-connector-java', '8.0.20', 'installed']]);
    expect(packagesOf('/lib/dom4j-1.6.1.jar', jar())).toEqual([['dom4j:dom4j', '1.6.1', 'installed']]);
    expect(packagesOf('/lib/dom4j-2.1.0.jar', jar())).toEqual([['org.dom4j:dom4j', '2.1.0', 'installed']]);
  });

  it('by the group in a manifest only if that speaks of the same version: shading leaves others behind', () => {
    const vendor = { 'Implementation-Vendor-Id': 'org.example.thirdparty', 'Implementation-Version': '1.1.1' };
    expect(packagesOf('/lib/thing-1.1.1.jar', jar(manifest(vendor)))).toEqual([
      ['org.example.thirdparty:thing', '1.1.1', 'installed'],
    ]);
    expect(packagesOf('/lib/thing-3.3.1.jar', jar(manifest(vendor)))).toEqual([['thing', '3.3.1', 'installed']]);
    const bundle = { 'Bundle-SymbolicName': 'com.acme.tools.thing;singleton:=true', 'Bundle-Version': '2.0.0' };
    expect(packagesOf('/lib/thing.jar', jar(manifest(bundle)))).toEqual([
      ['com.acme.tools:thing', '2.0.0', 'installed'],
    ]);
  });

  it('by the folders of a local repository', () => {
    expect(packagesOf('/root/.m2/repository/com/acme/shop/1.0/shop-1.0.jar', jar())).toEqual([
      ['com.acme:shop', '1.0', 'installed'],
    ]);
    expect(groupByPath('/root/.gradle/caches/modules-2/files-2.1/com.acme/shop/1.0/0a1b/shop-1.0.jar')).toBe(
      'com.acme',
    );
  });

  it('without a group or version where nothing tells one', () => {
    expect(packagesOf('/app/mystery-1.0.jar', jar())).toEqual([['mystery', '1.0', 'installed']]);
    expect(packagesOf('/app/mystery.jar', jar())).toEqual([['mystery', '', 'installed']]);
  });
});

describe('what is inside a jar', () => {
  it('shaded in is named by every pom.properties, once', () => {
    const bytes = jar(
      pom('com.acme', 'shop', '1.2.3'),
      pom('org.apache.commons', 'commons-text', '1.9'),
      pom('org.apache.commons', 'commons-text', '1.9'),
    );
    const text = [
      'org.apache.commons:commons-text',
      '1.9',
      'embedded',
      'META-INF/maven/org.apache.commons/commons-text/pom.properties',
    ];
    expect(packagesOf('/app/shop-1.2.3-shaded.jar', bytes)).toEqual([['com.acme:shop', '1.2.3', 'installed'], text]);
    expect(packagesOf('/app/app.jar', bytes)).toEqual([
      ['com.acme:shop', '1.2.3', 'embedded', 'META-INF/maven/com.acme/shop/pom.properties'],
      text,
    ]);
  });

  it('as jars, stored or deflated, is read like jars outside, to any depth allowed', () => {
    const log4j = jar(pom('org.apache.logging.log4j', 'log4j-core', '2.14.1'));
    const library = jar(pom('com.acme', 'library', '2'), { name: 'META-INF/lib/log4j-core-2.14.1.jar', data: log4j });
    const war = jar({ name: 'WEB-INF/lib/library.jar', data: library });
    const ear = zipArchive([
      { name: 'shop.war', data: war, stored: true },
      { name: 'BOOT-INF/lib/log4j-core.jar', data: log4j, stored: true },
    ]);
    expect(found('/srv/shop-1.0.ear', ear)).toEqual({
      packages: [
        ['shop', '1.0', 'installed'],
        ['shop', '', 'embedded', 'shop.war'],
        ['com.acme:library', '2', 'embedded', 'shop.war!/WEB-INF/lib/library.jar'],
        [
          'org.apache.logging.log4j:log4j-core',
          '2.14.1',
          'embedded',
          'shop.war!/WEB-INF/lib/library.jar!/META-INF/lib/log4j-core-2.14.1.jar',
        ],
        ['org.apache.logging.log4j:log4j-core', '2.14.1', 'embedded', 'BOOT-INF/lib/log4j-core.jar'],
      ],
      problems: [],
    });
  });
});

describe('a hostile archive', () => {
  it('with jars in jars without end is read eight deep, and says that there is more', () => {
    let bytes = jar(pom('a', 'deepest', '1'));
    for (let depth = 0; depth < 12; depth++) bytes = jar({ name: 'x.jar', data: bytes, stored: depth % 2 === 0 });
    const { packages, problems } = found('/x.jar', bytes);
    const inner = Array.from({ length: 9 }, () => 'x.jar').join('!/');
    expect([packages.length, problems]).toEqual([
      9,
      [`nested-too-deep hides packages: ${inner}: archives are nested more than 8 deep`],
    ]);
  });

  it('that would fill the memory is cut off with a problem', () => {
    const big = jar({
      name: 'filler',
      data: Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 31) >> 3)),
      stored: true,
    });
    const bytes = jar({ name: 'a.jar', data: big }, { name: 'b.jar', data: big });
    expect(found('/x.jar', bytes, { maxHeldBytes: 1000 }).problems).toEqual([
      'zip-entry-too-large hides packages: a.jar is larger than 1000 bytes (and 1 more like it)',
    ]);
    expect(found('/x.jar', bytes, { maxArchives: 2 }).problems).toEqual([
      'too-many-nested-archives hides packages: b.jar: there are more than 2 archives inside',
    ]);
    expect(found('/x.jar', bytes, { maxTotalBytes: 60_000 }).packages).toEqual([
      ['x', '', 'installed'],
      ['a', '', 'embedded', 'a.jar'],
    ]);
    expect(found('/x.jar', jar(), { maxEntries: 0 }).problems).toEqual([
      'zip-too-many-entries hides packages: it has more than 0 members',
    ]);
  });

  it('whose interesting members are encrypted, broken or lying says so', () => {
    const encrypted = { ...pom('a', 'b', '1'), flags: 1 };
    expect(found('/b-1.jar', jar(encrypted)).problems).toEqual([
      'zip-encrypted hides packages: META-INF/maven/a/b/pom.properties is encrypted',
    ]);
    expect(found('/b-1.jar', jar({ ...pom('a', 'b', '1'), crc: 7 }))).toEqual({
      packages: [['a:b', '1', 'installed']],
      problems: ['zip-wrong-checksum hides nothing: META-INF/maven/a/b/pom.properties does not match its checksum'],
    });
  });

  it('cut off hides packages; a file that only has such a name hides nothing', () => {
    const whole = jar(pom('a', 'b', '1'));
    expect(found('/b.jar', whole.subarray(0, 100))).toEqual({
      packages: [],
      problems: ['unreadable-archive hides packages: it is not a whole ZIP archive'],
    });
    expect(found('/b.jar', Buffer.from('version https://git-lfs.github.com/spec/v1\n'))).toEqual({
      packages: [],
      problems: ['not-an-archive hides nothing: it is not a whole ZIP archive'],
    });
    expect(found('/b.jar', Buffer.alloc(0))).toEqual({ packages: [], problems: [] });
  });

  it('can put neither placeholders nor terminal escapes into names', () => {
    expect(packagesOf('/shop-1.0.jar', jar(pom('${project.groupId}', 'shop', '1.0')))).toEqual([
      ['shop', '1.0', 'installed'],
    ]);
    expect(packagesOf('/shop-1.0.jar', jar(pom('a\u001b[2J', 'shop', '1.0')))).toEqual([['shop', '1.0', 'installed']]);
    expect(packagesOf('/shop\u001b[2J.jar', jar())).toEqual([]);
  });
});

it('a file name splits into artifact and version where Maven joined them', () => {
  const names = {
    'log4j-core-2.14.1.jar': ['log4j-core', '2.14.1'],
    'log4j-1.2-api-2.14.1.jar': ['log4j-1.2-api', '2.14.1'],
    'guava-30.1-jre.jar': ['guava', '30.1-jre'],
    'netty-all-4.1.70.Final.jar': ['netty-all', '4.1.70.Final'],
    'netty-transport-native-epoll-4.1.70.Final-linux-x86_64.jar': ['netty-transport-native-epoll', '4.1.70.Final'],
    'akka-actor_2.13-2.6.0.jar': ['akka-actor_2.13', '2.6.0'],
    'bcprov-jdk15on-1.60.jar': ['bcprov-jdk15on', '1.60'],
    'plexus-i18n-1.0-beta-10.jar': ['plexus-i18n', '1.0-beta-10'],
    'jcip-annotations-1.0-1.jar': ['jcip-annotations', '1.0-1'],
    'aether-util-1.0.0.v20140518.jar': ['aether-util', '1.0.0.v20140518'],
    'shop-1.0-20200101.123456-7-sources.jar': ['shop', '1.0-20200101.123456-7'],
    'shop-1.0-SNAPSHOT.war': ['shop', '1.0-SNAPSHOT'],
    'app.jar': ['app', undefined],
    'log4j-core.jar': ['log4j-core', undefined],
    '.jar': ['.jar', undefined],
  };
  const split = Object.fromEntries(
    Object.keys(names).map((name) => [name, [namedByFile(name).artifact, namedByFile(name).version]]),
  );
  expect(split).toEqual(names);
});

describe('damaged at random', () => {
  const inner = jar(pom('a', 'inner', '1'), manifest({ 'Implementation-Title': 'inner' }));
  const whole = jar(pom('a', 'b', '1'), { name: 'x.jar', data: inner }, { name: 'y.jar', data: inner, stored: true });

  it('cut at every 64th byte it is never clean', () => {
    for (let length = 64; length < whole.length; length += 64) {
      expect(found('/b-1.jar', whole.subarray(0, length)).problems).toHaveLength(1);
    }
  });

  it('with flipped bytes nothing is thrown', () => {
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        found('/b-1.jar', bytes);
      }),
      fuzz(2000),
    );
  });

  it('no text is too odd for a pom.xml', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', '!', '-', 'project', 'version', '?', ' '), maxLength: 200 }),
        (text) => {
          readPomXml(text);
        },
      ),
      fuzz(1000),
    );
    expect(readPomXml('<a>'.repeat(100_000))).toBeUndefined();
  });
});
