import { type BuiltImage, buildImage } from '../make/image-builder.ts';

/** A small image of two layers: Debian with one package, and a program on top. */
export function shopImage(): BuiltImage {
  return buildImage({
    layers: [
      {
        files: {
          '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
          '/var/lib/dpkg/status': ['openssl', 'zlib', 'curl']
            .map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: amd64\n\n`)
            .join(''),
          '/bin/busybox': { content: '#!/bin/sh\n', mode: 0o4755 },
        },
        instruction: 'ADD rootfs.tar /',
      },
      {
        files: { '/srv/shop/start': { content: '#!/bin/busybox sh\necho shop\n', mode: 0o755 } },
        instruction: 'COPY . /srv/shop',
      },
    ],
    config: { Entrypoint: ['/srv/shop/start'], Labels: { team: 'shop' } },
  });
}

/** OSV records that concern the shop's packages: one that the default policy stops, a low one, one without a fix. */
export const advisories = [
  osv('2024-0001', 'openssl', 'AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', { fixed: '1.0-2' }),
  osv('2024-0002', 'zlib', 'AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N', { fixed: '1.0-2' }),
  osv('2024-0003', 'curl', 'AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:L'),
];

function osv(number: string, name: string, vector: string, ...fix: readonly { fixed: string }[]): object {
  return {
    schema_version: '1.6.0',
    id: `DEBIAN-CVE-${number}`,
    upstream: [`CVE-${number}`],
    modified: '2024-06-01T00:00:00Z',
    published: '2024-05-01T00:00:00Z',
    summary: 'a made-up flaw',
    severity: [{ type: 'CVSS_V3', score: `CVSS:3.1/${vector}` }],
    affected: [
      {
        package: { ecosystem: 'Debian:12', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...fix] }],
      },
    ],
  };
}
