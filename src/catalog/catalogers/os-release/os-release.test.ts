import fs from 'node:fs';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { forBrokenCopies, truncations } from '../../../../test/make/broken-bytes.ts';
import { bytesSource, imagePath, type OperatingSystemItem } from '../../../model/index.ts';
import type { CatalogResult } from '../../cataloger.ts';
import { osRelease, preferOperatingSystem } from './index.ts';
import { supportEnds } from './support.table.ts';

function catalog(path: string, content: string | Uint8Array): CatalogResult {
  const bytes = Buffer.from(content);
  const file = { path: imagePath(path), sizeBytes: bytes.length, mode: 0o644, uid: 0, gid: 0 };
  return osRelease.catalog({ ...file, head: bytes.subarray(0, 512), content: bytesSource(bytes) });
}

/** The operating system of an image with these files. */
function systemOf(files: Readonly<Record<string, string>>): OperatingSystemItem | undefined {
  const items = Object.entries(files).flatMap(([path, text]) => catalog(path, text).items);
  return preferOperatingSystem(items.filter((item) => item.kind === 'operating-system'));
}

const kind = 'operating-system';
const debian12 = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`;

describe('the operating system', () => {
  it("is Debian's release with the point release of /etc/debian_version", () => {
    expect(systemOf({ '/etc/debian_version': '12.11\n', '/usr/lib/os-release': debian12 })).toEqual({
      kind,
      path: '/usr/lib/os-release',
      id: 'debian',
      version: '12.11',
      codename: 'bookworm',
      prettyName: 'Debian GNU/Linux 12 (bookworm)',
      supportEnd: '2028-06-30',
    });
  });

  it('is testing or unstable where Debian names no version, and no end is stated', () => {
    const sid = 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\nVERSION_CODENAME=forky\n';
    expect(systemOf({ '/etc/debian_version': 'forky/sid\n', '/etc/os-release': sid })).toEqual({
      kind,
      path: '/etc/os-release',
      id: 'debian',
      version: 'testing/sid',
      codename: 'forky',
      prettyName: 'Debian GNU/Linux forky/sid',
    });
  });

  it("is Ubuntu though it keeps Debian's file", () => {
    const ubuntu = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\'24.04\'\nPRETTY_NAME="Ubuntu 24.04.2 LTS"\n';
    expect(systemOf({ '/etc/debian_version': 'trixie/sid\n', '/usr/lib/os-release': ubuntu })).toEqual({
      kind,
      path: '/usr/lib/os-release',
      id: 'ubuntu',
      idLike: ['debian'],
      version: '24.04',
      prettyName: 'Ubuntu 24.04.2 LTS',
      supportEnd: '2029-05-31',
    });
  });

  it.each([
    [{ '/etc/alpine-release': '3.20.3\n' }, 'alpine 3.20.3 2026-04-01'],
    [{ '/etc/alpine-release': '3.23_alpha20250612\n' }, 'alpine 3.23_alpha20250612 -'],
    [{ '/etc/os-release': 'ID=alpine\nVERSION_ID=3.9.6\n', '/etc/alpine-release': '3.9.6' }, 'alpine 3.9.6 2020-11-01'],
    [{ '/etc/os-release': 'ID="rhel"\nVERSION_ID="9.4"\n' }, 'rhel 9.4 2032-05-31'],
    [{ '/etc/os-release': 'ID="rocky"\nVERSION_ID="8.10"\n' }, 'rocky 8.10 2029-05-31'],
    [{ '/etc/redhat-release': 'CentOS release 6.10 (Final)\n' }, 'centos 6.10 2020-11-30'],
    [
      {
        '/etc/os-release': 'ID="centos"\nVERSION_ID="7"\n',
        '/etc/centos-release': 'CentOS Linux release 7.9.2009 (Core)\n',
      },
      'centos 7.9.2009 2024-06-30',
    ],
    [{ '/etc/os-release': 'NAME="CentOS Stream"\nID="centos"\nVERSION_ID="8"\n' }, 'centos 8 2024-05-31'],
    [{ '/etc/os-release': 'NAME="CentOS Linux"\nID="centos"\nVERSION_ID="8"\n' }, 'centos 8 2021-12-31'],
    [{ '/etc/system-release': 'Amazon Linux AMI release 2018.03\n' }, 'amzn 2018.03 2023-12-31'],
    [{ '/etc/os-release': 'ID="amzn"\nVERSION_ID="2"\n' }, 'amzn 2 2026-06-30'],
    [{ '/etc/os-release': 'ID="opensuse-leap"\nVERSION_ID="15.6"\n' }, 'opensuse-leap 15.6 2026-04-30'],
    [{ '/etc/os-release': 'ID=fedora\nVERSION_ID=41\n' }, 'fedora 41 2025-12-15'],
    [{ '/etc/os-release': 'ID=wolfi\nVERSION_ID=20230201\n' }, 'wolfi 20230201 -'],
    [{ '/etc/os-release': 'ID=arch\nBUILD_ID=rolling\n', '/etc/arch-release': '' }, 'arch  -'],
    [{ '/etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=14.04\n' }, 'ubuntu 14.04 2019-04-25'],
    [{ '/etc/os-release': 'ID=__proto__\nVERSION_ID=constructor\n' }, '__proto__ constructor -'],
  ])('of %j is %s', (files, expected) => {
    const system = systemOf(files as Record<string, string>);
    expect(`${system?.id} ${system?.version} ${system?.supportEnd ?? '-'}`).toBe(expected);
  });

  it('is unknown, and that is said, where os-release names none; other release files may be silent', () => {
    for (const text of ['', 'NAME=x\n', 'ID=\n', 'ID="a b"\n', 'ID=$(reboot)\n'])
      expect(catalog('/etc/os-release', text)).toEqual({
        items: [],
        problems: [
          {
            code: 'unreadable-os-release',
            message: "the name of the operating system can't be read: it has no ID that is understood",
            hides: 'packages',
            path: '/etc/os-release',
            source: 'os-release',
          },
        ],
      });
    expect(catalog('/etc/redhat-release', 'Moon Linux 3\n')).toEqual({ items: [], problems: [] });
    expect(preferOperatingSystem([])).toBeUndefined();
  });

  it('is read without an exception from a cut or changed file', () => {
    for (const cut of truncations(Buffer.from(debian12))) catalog('/etc/os-release', cut);
    for (const path of ['/etc/os-release', '/etc/lsb-release', '/etc/redhat-release', '/etc/debian_version'])
      forBrokenCopies(Buffer.from(debian12), 100, (broken) =>
        expect(catalog(path, broken).items.length).toBeLessThan(2),
      );
  });
});

const facts = new URL('../../../../../shared/data/intel/eol-products.json.gz', import.meta.url);
describe.skipIf(!fs.existsSync(facts))('ends of support (needs the end-of-life facts in ../shared/data/intel)', () => {
  const products: Readonly<Record<string, string>> = {
    alpine: 'alpine-linux',
    rhel: 'rhel',
    centos: 'centos',
    'centos-stream': 'centos-stream',
    rocky: 'rocky-linux',
    almalinux: 'almalinux',
    ol: 'oracle-linux',
    fedora: 'fedora',
    'opensuse-leap': 'opensuse',
    sles: 'sles',
    mageia: 'mageia',
    devuan: 'devuan',
  };

  it.each(Object.entries(products))('of %s are those of endoflife.date', (id, product) => {
    const all = JSON.parse(zlib.gunzipSync(fs.readFileSync(facts)).toString()) as Record<
      string,
      { releases: { releaseCycle: string; eol: string }[] }
    >;
    const theirs = new Map(all[product]!.releases.map(({ releaseCycle, eol }) => [releaseCycle, eol]));
    const ours = Object.entries(supportEnds[id]!).filter(([version]) => theirs.has(version));
    expect(ours.length).toBeGreaterThan(1);
    expect(ours).toEqual(ours.map(([version]) => [version, theirs.get(version)]));
  });
});
