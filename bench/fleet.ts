import type { ImageRecord } from '../src/model/index.ts';
import { makeRecord } from '../test/make/record.ts';

/*
 * Records as a company has them, made: 40 bases of 180 Debian packages each, and 120 npm packages on top, of 4,000 in three
 * versions. Executables have all that a scan knows of them. Made four days ago, whenever that is: older data make every verdict one
 * that can't tell, and newer data then all of them due.
 */
const dayMs = 86_400_000;
export const madeAt = new Date(Math.floor(Date.now() / dayMs) * dayMs - 4 * dayMs);
const debPackages = 900;
const npmPackages = 4000;

export function fleetRecord(n: number): ImageRecord {
  const base = n % 40;
  const random = randomOf(n + 1);
  const instruction = (layer: number) =>
    `RUN /bin/sh -c apt-get install -y things-of-layer-${layer} # ${'x'.repeat(60)}`;
  const place = (path: string, layer: number) => ({
    path,
    layer,
    owner: layer < 2 ? 'base' : 'app',
    instruction: instruction(layer),
  });
  const debs = Array.from({ length: 180 }, (_, i) => debOf((base * 17 + i * 5) % debPackages, base % 3));
  const npms = new Set<number>();
  while (npms.size < 120) npms.add(Math.floor(random() ** 2 * npmPackages));
  return makeRecord(
    {
      image: {
        digest: digestOf(n),
        labels: { 'org.opencontainers.image.authors': `team-${n % 25}@example.com` },
      },
      layers: Array.from({ length: 6 }, (_, index) => ({
        index,
        diffId: digestOf(1_000_000 + index),
        sizeBytes: 20_000_000,
        entries: 3000,
        owner: index < 2 ? 'base' : 'app',
        instruction: instruction(index),
      })),
      operatingSystem: {
        id: 'debian',
        version: '12',
        prettyName: 'Debian GNU/Linux 12 (bookworm)',
        ecosystem: 'Debian:12',
        supportEnd: '2028-06-30',
        place: place('/etc/os-release', 0),
      },
      packages: [
        ...debs.map((deb, i) => ({
          ...deb,
          id: hex(base * 1000 + i, 16),
          arch: 'amd64',
          licenses: ['GPL-2.0-or-later'],
          depends: ['libc6 (>= 2.36)', 'libgcc-s1 (>= 3.0)'],
          sizeBytes: 123_456,
          cataloger: 'dpkg',
          place: place('/var/lib/dpkg/status', 0),
        })),
        ...[...npms].map((i, at) => ({
          id: hex(n * 1000 + 500 + at, 16),
          type: 'npm',
          name: `package-${i}`,
          version: `${1 + ((n + i) % 3)}.0.${i % 7}`,
          purl: `pkg:npm/package-${i}@${1 + ((n + i) % 3)}.0.${i % 7}`,
          scheme: 'semver',
          ecosystem: 'npm',
          licenses: ['MIT'],
          cataloger: 'npm',
          place: place(`/srv/app/node_modules/package-${i}/package.json`, 3),
        })),
      ],
      executables: Array.from({ length: 400 }, (_, i) => ({
        sha256: hex(base * 1000 + i, 64),
        sizeBytes: 40_000 + i,
        mode: i % 100 === 0 ? 0o4755 : 0o755,
        interpreter: '/lib64/ld-linux-x86-64.so.2',
        ownedBy: hex(base * 1000 + (i % 180), 16),
        elf: {
          machine: 'x86-64',
          type: 'shared',
          static: false,
          needed: ['libc.so.6', 'libselinux.so.1'],
          pie: true,
          relro: 'full',
          nx: true,
          stackCanary: true,
          fortify: true,
          buildId: hex(i, 40),
        },
        place: place(`/usr/bin/tool-${i}`, 0),
      })),
      findings: [
        ...(n % 20 === 0 ? [{ kind: 'secret', place: place('/srv/app/.env', 4) }] : []),
        ...Array.from({ length: 12 }, (_, i) => ({
          kind: 'bloat',
          id: `bloat-${hex(n * 100 + i, 16)}`,
          place: place(`/usr/share/doc/${i}`, 1),
        })),
      ],
      advisories: null,
    },
    madeAt,
  );
}

function debOf(i: number, release: number) {
  const version = `1.${i % 9}.${release}-1`;
  return {
    type: 'deb',
    name: `lib${i}`,
    version,
    purl: `pkg:deb/debian/lib${i}@${version}?arch=amd64&distro=debian-12`,
    scheme: 'deb',
    ecosystem: 'Debian:12',
    source: { name: `source-${i >> 1}`, version },
  };
}

/** Advisories: every sixth source of Debian has three, every tenth package of npm two. */
export function fleetAdvisories(): string {
  const lines: string[] = [];
  for (let i = 0; i < debPackages / 2; i += 6)
    for (let k = 0; k < 3; k++)
      lines.push(osv({ id: `CVE-2025-${10_000 + i * 10 + k}`, ecosystem: 'Debian:12', name: `source-${i}`, k }));
  for (let i = 0; i < npmPackages; i += 10)
    for (let k = 0; k < 2; k++)
      lines.push(osv({ id: `CVE-2025-${50_000 + i * 10 + k}`, ecosystem: 'npm', name: `package-${i}`, k }));
  // The rest of the world: advisories on what nobody here has.
  for (let i = 0; i < 60_000; i++)
    lines.push(osv({ id: `CVE-2024-${100_000 + i}`, ecosystem: 'npm', name: `elsewhere-${i >> 2}`, k: i % 4 }));
  return lines.join('');
}

/** A day's: 250 advisories, most on what nobody has, eight on packages of npm, and some on sources of Debian, which many have. */
export function dayOfAdvisories(day: number, { sources }: { readonly sources: number }): string {
  const lines: string[] = [];
  for (let i = 0; i < 242 - sources; i++)
    lines.push(osv({ id: `CVE-2026-${day * 1000 + i}`, ecosystem: 'npm', name: `elsewhere-${day * 230 + i}`, k: 0 }));
  for (let i = 0; i < 8; i++)
    lines.push(
      osv({
        id: `CVE-2026-${day * 1000 + 500 + i}`,
        ecosystem: 'npm',
        name: `package-${2001 + day * 20 + i * 237}`,
        k: 1,
      }),
    );
  for (let i = 0; i < sources; i++)
    lines.push(
      osv({
        id: `CVE-2026-${day * 1000 + 600 + i}`,
        ecosystem: 'Debian:12',
        name: `source-${7 + day * 11 + i * 101}`,
        k: 1,
      }),
    );
  return lines.join('');
}

function osv({ id, ecosystem, name, k }: { id: string; ecosystem: string; name: string; k: number }): string {
  const events = [{ introduced: '0' }, ...(k === 2 ? [] : [{ fixed: ecosystem === 'npm' ? '2.5.0' : '99' }])];
  return `${JSON.stringify({
    id,
    modified: '2026-11-01T00:00:00Z',
    published: '2026-09-01T00:00:00Z',
    summary: `something is wrong with ${name}, and this is said in a line`,
    severity: [
      {
        type: 'CVSS_V3',
        // Critical and high, then medium.
        score: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:${k === 0 ? 'H/I:H/A:H' : 'L/I:N/A:N'}`,
      },
    ],
    affected: [
      { package: { ecosystem, name }, ranges: [{ type: ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM', events }] },
    ],
  })}\n`;
}

export function digestOf(n: number): string {
  return `sha256:${hex(n, 64)}`;
}

function hex(n: number, digits: number): string {
  return n.toString(16).padStart(digits, '0');
}

/** A generator of numbers in [0, 1) that gives the same ones again. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
