import { readFileSync } from 'node:fs';
import { demoBase, demoImage } from '../../tools/demo/demo-image.ts';
import { buildImage, type BuiltImage, type FileSpec, type LayerSpec } from './image-builder.ts';

/** Images of a made-up company, small, on two bases of its own; those that run have a real program to run. */
export interface HarbourImage {
  /** Repository and tag. */
  readonly name: string;
  readonly team: string;
  readonly built: BuiltImage;
}

const alpine: LayerSpec = {
  instruction: 'ADD alpine-minirootfs-3.22.tar.gz /',
  files: {
    '/etc/os-release':
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\nHOME_URL="https://alpinelinux.org/"\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n',
    '/lib/apk/db/installed': ['busybox 1.36.1-r15', 'musl 1.2.4_git20230717-r4', 'alpine-baselayout 3.4.3-r2']
      .map((each) => each.split(' '))
      .map(([name, version]) => `P:${name}\nV:${version}\nA:x86_64\nL:GPL-2.0-only\no:${name}\n\n`)
      .join(''),
  },
};

/** `bases/debian-12` and `bases/alpine-3`, as they are published. */
export function harbourBases(): readonly { readonly name: string; readonly built: BuiltImage }[] {
  return [
    { name: 'bases/debian-12:12.5', built: demoBase() },
    { name: 'bases/alpine-3:3.22', built: on(alpine, [], { Cmd: ['/bin/sh'] }) },
  ];
}

export function harbourImages(): readonly HarbourImage[] {
  const user = { User: '10001', Env: ['PATH=/bin'], Entrypoint: ['/bin/busybox', 'sleep', '100000'] };
  return [
    { name: 'shop/cart:1.8.2', team: 'shop', built: demoImage() },
    { name: 'shop/search:3.1.0', team: 'shop', built: on(alpine, [program(), npm({ lodash: '4.17.20' })], user) },
    { name: 'shop/search:3.1.1', team: 'shop', built: on(alpine, [program(), npm({ lodash: '4.17.21' })], user) },
    {
      name: 'pay/gate:2.4.0',
      team: 'payments',
      built: on(alpine, [program(), npm({ minimist: '1.2.0', express: '4.19.2' })], {
        ...user,
        Labels: {
          'org.opencontainers.image.source': 'https://git.example.com/pay/gate',
          'org.opencontainers.image.revision': '3f1c2ab49e0d7c55a6b2f0c1d9e8a7b6c5d4e3f2',
        },
      }),
    },
    { name: 'pay/ledger:1.0.3', team: 'payments', built: on(alpine, [program()], user) },
    { name: 'ops/relay:0.9.0', team: 'operations', built: on(alpine, [program()], { ...user, User: 'root' }) },
    { name: 'ops/unheard-of:7', team: 'operations', built: oddSystem() },
  ];
}

/** One that nobody has scanned: it is met in an engine first. */
export function latecomer(): BuiltImage {
  return on(alpine, [program(), npm({ minimist: '1.2.0' })], {
    Entrypoint: ['/bin/busybox', 'sleep', '100000'],
    Labels: { late: 'yes' },
  });
}

function on(base: LayerSpec, layers: readonly LayerSpec[], config: Readonly<Record<string, unknown>>): BuiltImage {
  return buildImage({ layers: [base, ...layers], config, created: '2026-11-20T09:30:00Z' });
}

/** A system that no advisory speaks of: nobody can tell. */
function oddSystem(): BuiltImage {
  const files = { '/etc/os-release': 'ID=harbourix\nVERSION_ID=4\nPRETTY_NAME="Harbourix 4"\n' };
  return buildImage({
    layers: [{ instruction: 'ADD rootfs.tar /', files }, program()],
    config: { User: '10001', Entrypoint: ['/bin/busybox', 'sleep', '100000'] },
    created: '2026-10-02T12:00:00Z',
  });
}

function program(): LayerSpec {
  return {
    instruction: 'COPY busybox /bin/busybox',
    files: { '/bin/busybox': { content: readFileSync('/usr/bin/busybox'), mode: 0o755 } },
  };
}

function npm(packages: Readonly<Record<string, string>>): LayerSpec {
  const files: Record<string, FileSpec> = { '/srv/app/package.json': '{"name":"app","version":"1.0.0"}' };
  for (const [name, version] of Object.entries(packages))
    files[`/srv/app/node_modules/${name}/package.json`] = JSON.stringify({ name, version, license: 'MIT' });
  return { instruction: 'RUN npm ci --omit=dev', files };
}
