import { existsSync, rmSync } from 'node:fs';
import type { Build } from './recipe.ts';

interface RpmPackage {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch?: number;
  readonly source: string;
  readonly modularity?: string;
}

/** Names and versions as Enterprise Linux 9 had them; the contents are small stand-ins. */
const packages: readonly RpmPackage[] = [
  { name: 'bash', version: '5.1.8', release: '6.el9_1', source: 'bash' },
  { name: 'openssl-libs', version: '3.0.7', release: '24.el9', epoch: 1, source: 'openssl' },
  { name: 'glibc', version: '2.34', release: '83.el9_3.7', source: 'glibc' },
  { name: 'curl', version: '7.76.1', release: '26.el9_3.2', source: 'curl' },
  { name: 'zlib', version: '1.2.11', release: '40.el9', source: 'zlib' },
  { name: 'python3-urllib3', version: '1.26.5', release: '3.el9', source: 'python-urllib3' },
  {
    name: 'nodejs',
    version: '18.18.2',
    release: '3.module_el9.3.0',
    epoch: 1,
    source: 'nodejs',
    modularity: 'nodejs:18:9030020231201:rhel9',
  },
  { name: 'shadow-utils', version: '4.9', release: '8.el9', epoch: 2, source: 'shadow-utils' },
];

export interface RpmRootOptions {
  readonly backend: 'sqlite';
  /** Path of the database inside the image. */
  readonly database: string;
  readonly osRelease: string;
}

/** Builds real packages with rpmbuild and installs them with rpm into `root` below the build context. */
export async function buildRpmRoot(build: Build, options: RpmRootOptions): Promise<void> {
  const top = `${build.folder}/rpmbuild`;
  for (const each of packages) {
    const spec = `rpmbuild/SPECS/${each.name}.spec`;
    build.write(spec, specOf(each));
    await build.run('rpmbuild', [
      '-bb',
      '--quiet',
      '--target',
      'x86_64',
      '--define',
      `_topdir ${top}`,
      '--define',
      '_build_id_links none',
      '--define',
      'debug_package %{nil}',
      spec,
    ]);
  }
  await build.run('mkdir', ['-p', 'root/bin', 'root/etc', 'root/tmp', 'root/var/lib']);
  await build.run('cp', ['/bin/busybox', 'root/bin/busybox']);
  build.write('root/etc/os-release', options.osRelease);
  build.write('root/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n');
  const rpms = (await build.run('find', ['rpmbuild/RPMS', '-name', '*.rpm'])).trim().split('\n').sort();
  const database = [
    '--define',
    `_db_backend ${options.backend}`,
    '--root',
    `${build.folder}/root`,
    '--dbpath',
    options.database,
  ];
  await build.run('rpm', [...database, '--initdb']);
  await build.run('rpm', [...database, '-i', '--nodeps', '--noscripts', '--ignorearch', '--ignoreos', ...rpms]);
  await build.run('rm', ['-rf', 'rpmbuild']);
}

function specOf(each: RpmPackage): string {
  const folder = `/usr/share/doc/${each.name}`;
  return [
    `Name: ${each.name}`,
    `Version: ${each.version}`,
    `Release: ${each.release}`,
    ...(each.epoch === undefined ? [] : [`Epoch: ${each.epoch}`]),
    ...(each.modularity === undefined ? [] : [`ModularityLabel: ${each.modularity}`]),
    `Summary: The ${each.name} package`,
    'License: MIT',
    'Vendor: Rocky Enterprise Software Foundation',
    'BuildArch: x86_64',
    '%description',
    `Stand-in for ${each.name}, built from ${each.source}.`,
    '%prep',
    '%build',
    '%install',
    `mkdir -p %{buildroot}${folder} %{buildroot}/usr/lib64`,
    `echo "${each.name} ${each.version}" > %{buildroot}${folder}/README`,
    `echo "not a library" > %{buildroot}/usr/lib64/lib${each.name}.txt`,
    '%files',
    `${folder}/README`,
    `/usr/lib64/lib${each.name}.txt`,
    '',
  ].join('\n');
}

/** Turns rpm's sqlite database into `Packages` of a Berkeley DB, as rpm before 4.16 kept it: header number to header. */
export async function sqliteToBerkeley(build: Build, folder: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  const file = `${build.folder}/${folder}/rpmdb.sqlite`;
  const database = new DatabaseSync(file);
  const rows = database.prepare('SELECT hnum, blob FROM Packages ORDER BY hnum').all() as {
    hnum: number;
    blob: Uint8Array;
  }[];
  database.close();
  const hex = (value: Uint8Array): string => ` ${Buffer.from(value).toString('hex')}\n`;
  const key = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  // Key 0 holds the highest header number.
  const pairs = [[key(0), key(rows.length)], ...rows.map(({ hnum, blob }) => [key(hnum), blob])] as const;
  const dump = `VERSION=3\nformat=bytevalue\ntype=hash\nh_nelem=${pairs.length}\ndb_pagesize=4096\nHEADER=END\n${pairs.map(([k, v]) => hex(k!) + hex(v!)).join('')}DATA=END\n`;
  for (const suffix of ['', '-shm', '-wal']) if (existsSync(file + suffix)) rmSync(file + suffix);
  await build.run('db5.3_load', [`${folder}/Packages`], { input: dump });
}
