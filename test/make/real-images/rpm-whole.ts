import { dirname } from 'node:path';
import { runCommand } from '../run-command.ts';
import type { Build } from './recipe.ts';

/** Programs of this machine by package; each package also has the libraries that only it needs. */
const programs: Readonly<Record<string, readonly string[]>> = {
  dash: ['/usr/bin/dash'],
  coreutils: ['cat', 'cp', 'echo', 'ls', 'mkdir', 'mv', 'rm', 'rmdir', 'sort', 'touch'].map(
    (name) => `/usr/bin/${name}`,
  ),
  grep: ['/usr/bin/grep'],
  sed: ['/usr/bin/sed'],
  rpm: ['/usr/bin/rpm'],
  'perl-base': ['/usr/bin/perl'],
};
const glibc = /\/(?:ld-linux-x86-64\.so\.2|lib(?:c|m|dl|rt|pthread|crypt)\.so\.\d+)$/;
const links = ['bin', 'lib', 'lib64', 'sbin'];

interface Content {
  readonly name: string;
  readonly files: readonly string[];
  readonly script?: readonly string[];
}

/**
 * A root filesystem that rpm installed and in which rpm, a shell and tools run: this machine's programs and libraries in
 * packages that rpmbuild made, with what they need and provide as rpmbuild found out.
 */
export async function buildWholeRpmRoot(build: Build, osRelease: string): Promise<void> {
  const taken = new Set<string>();
  const own = async (name: string): Promise<Content> => {
    const files = [...programs[name]!];
    for (const program of programs[name]!) for (const library of await librariesOf(program)) files.push(library);
    return { name, files: files.filter((file) => !taken.has(file) && taken.add(file)) };
  };
  const loader = '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';
  const libc = new Set([loader]);
  for (const program of Object.values(programs).flat())
    for (const library of await librariesOf(program)) if (glibc.test(library)) libc.add(library);
  for (const file of libc) taken.add(file);
  const packages: Content[] = [
    {
      name: 'filesystem',
      files: [],
      script: [
        ...['usr/bin', 'usr/lib', 'usr/lib64', 'usr/sbin', 'etc', 'tmp', 'var/lib', 'root'].map(
          (folder) => `mkdir -p %{buildroot}/${folder}`,
        ),
        ...links.map((link) => `ln -s usr/${link} %{buildroot}/${link}`),
        // Debian's rpm asks bash where its database is.
        'mkdir -p %{buildroot}/etc/rpm',
        "echo '%%_dbpath /var/lib/rpm' > %{buildroot}/etc/rpm/macros",
        'echo "root:x:0:0:root:/root:/bin/sh" > %{buildroot}/etc/passwd',
        `printf '%%s' '${osRelease}' > %{buildroot}/etc/os-release`,
      ],
    },
    {
      name: 'glibc',
      files: [...libc],
      script: ['mkdir -p %{buildroot}/usr/lib64', `ln -s ../..${loader} %{buildroot}/usr/lib64/ld-linux-x86-64.so.2`],
    },
  ];
  for (const name of Object.keys(programs)) packages.push(await own(name));
  const rpm = packages.find(({ name }) => name === 'rpm')!;
  packages[packages.indexOf(rpm)] = {
    ...rpm,
    script: ['mkdir -p %{buildroot}/usr/lib', 'cp -a /usr/lib/rpm %{buildroot}/usr/lib/rpm'],
  };
  const dash = packages.find(({ name }) => name === 'dash')!;
  packages[packages.indexOf(dash)] = { ...dash, script: ['ln -s dash %{buildroot}/usr/bin/sh'] };
  for (const each of packages) await pack(build, each);
  await build.run('mkdir', ['-p', 'root']);
  const rpms = (await build.run('find', ['rpmbuild/RPMS', '-name', '*.rpm'])).trim().split('\n').sort();
  const database = ['--define', '_db_backend sqlite', '--root', `${build.folder}/root`, '--dbpath', '/var/lib/rpm'];
  await build.run('rpm', [...database, '--initdb']);
  await build.run('rpm', [...database, '-i', '--nodeps', '--noscripts', '--ignorearch', '--ignoreos', ...rpms]);
  await build.run('rm', ['-rf', 'rpmbuild']);
}

async function pack(build: Build, { name, files, script = [] }: Content): Promise<void> {
  const spec = `rpmbuild/SPECS/${name}.spec`;
  build.write(
    spec,
    [
      `Name: ${name}`,
      'Version: 1.0',
      'Release: 1.el9',
      `Summary: The ${name} package`,
      'License: MIT',
      'BuildArch: x86_64',
      '%description',
      `This machine's ${name}.`,
      '%install',
      ...files.flatMap((file) => [`mkdir -p %{buildroot}${dirname(file)}`, `cp -L ${file} %{buildroot}${file}`]),
      ...script,
      '%files',
      '/*',
      '',
    ].join('\n'),
  );
  const defines = {
    _topdir: `${build.folder}/rpmbuild`,
    _build_id_links: 'none',
    debug_package: '%{nil}',
    __os_install_post: '%{nil}',
  };
  await build.run('rpmbuild', [
    ...['-bb', '--quiet', '--target', 'x86_64'],
    ...Object.entries(defines).flatMap(([key, value]) => ['--define', `${key} ${value}`]),
    spec,
  ]);
}

/** Libraries that a program links, under the paths below /usr where they lie. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const told = await runCommand('ldd', [program]);
  return [...told.matchAll(/=> (\/\S+)/g)].map(([, path]) => path!.replace(/^\/lib\//, '/usr/lib/'));
}
