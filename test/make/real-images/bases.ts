import { writeApkDatabase } from './apk-database.ts';
import { buildWholeRpmRoot } from './rpm-whole.ts';
import { buildRpmRoot, sqliteToBerkeley } from './rpm-root.ts';
import type { Recipe } from './recipe.ts';

/** Images of distributions, and the smallest kinds. */
export const bases: readonly Recipe[] = [
  {
    name: 'debian',
    revision: 1,
    summary: 'Debian 12, minbase, one imported layer',
    needs: ['mmdebstrap'],
    context: async (build) => {
      await build.run('mmdebstrap', [
        '--variant=minbase',
        '--quiet',
        '--include=ca-certificates',
        'bookworm',
        'rootfs.tar',
      ]);
    },
  },
  {
    name: 'debian-point-release',
    revision: 1,
    summary: 'Debian 12 as its last point release was, without the security updates since',
    needs: ['mmdebstrap'],
    context: async (build) => {
      await build.run('mmdebstrap', [
        '--variant=minbase',
        '--quiet',
        '--include=ca-certificates',
        'bookworm',
        'rootfs.tar',
        'deb http://deb.debian.org/debian bookworm main',
      ]);
    },
  },
  {
    name: 'alpine-like',
    revision: 1,
    summary: 'busybox with its links, musl, an apk database as Alpine 3.11 writes it',
    needs: ['busybox'],
    context: async (build) => {
      await build.run('cp', ['/bin/busybox', 'busybox']);
      await build.run('cp', ['/lib/x86_64-linux-musl/libc.so', 'libc.musl-x86_64.so.1']);
      build.write(
        'etc/os-release',
        'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.11.3\nPRETTY_NAME="Alpine Linux v3.11"\nHOME_URL="https://alpinelinux.org/"\n',
      );
      build.write('etc/alpine-release', '3.11.3\n');
      build.write(
        'etc/passwd',
        'root:x:0:0:root:/root:/bin/ash\nbin:x:1:1:bin:/bin:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n',
      );
      build.write('etc/group', 'root:x:0:root\nbin:x:1:root\nnobody:x:65534:\n');
      build.write('etc/shadow', 'root:!::0:::::\nbin:!::0:::::\n', 0o640);
      build.write('etc/apk/repositories', 'https://dl-cdn.alpinelinux.org/alpine/v3.11/main\n');
      build.write('etc/apk/world', 'alpine-baselayout\nbusybox\nmusl\nopenssl\n');
      build.write('etc/apk/arch', 'x86_64\n');
      writeApkDatabase(build);
    },
    dockerfile: `FROM scratch
COPY busybox /bin/busybox
COPY libc.musl-x86_64.so.1 /lib/libc.musl-x86_64.so.1
COPY etc /etc
COPY lib /lib
RUN ["/bin/busybox", "mkdir", "-p", "/usr/bin", "/usr/sbin", "/sbin", "/tmp", "/root", "/var"]
RUN ["/bin/busybox", "--install", "-s"]
RUN chmod 1777 /tmp && ln -s libc.musl-x86_64.so.1 /lib/ld-musl-x86_64.so.1
CMD ["/bin/sh"]
`,
  },
  {
    name: 'rpm',
    revision: 1,
    summary: 'an RPM distribution (Rocky 9 by name), sqlite database written by rpm',
    needs: ['rpm', 'rpmbuild', 'busybox'],
    context: async (build) => {
      await buildRpmRoot(build, {
        backend: 'sqlite',
        database: '/var/lib/rpm',
        osRelease:
          'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\nPLATFORM_ID="platform:el9"\nPRETTY_NAME="Rocky Linux 9.3 (Blue Onyx)"\n',
      });
    },
    dockerfile: 'FROM scratch\nCOPY root /\nCMD ["/bin/busybox", "sh"]\n',
  },
  {
    name: 'rpm-whole',
    revision: 2,
    summary: 'an RPM distribution in which rpm and a shell run, made of this machine’s programs by rpmbuild and rpm',
    needs: ['rpm', 'rpmbuild', 'ldd', 'dash'],
    context: (build) =>
      buildWholeRpmRoot(
        build,
        'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\nPRETTY_NAME="Rocky Linux 9.3"\n',
      ),
    dockerfile: 'FROM scratch\nCOPY root /\nENV PATH=/usr/bin\nCMD ["/bin/sh"]\n',
  },
  {
    name: 'rpm-bdb',
    revision: 1,
    summary: 'an RPM distribution (CentOS 7 by name), its headers in a Berkeley DB hash file made by db5.3_load',
    needs: ['rpm', 'rpmbuild', 'busybox', 'db5.3_load'],
    context: async (build) => {
      const osRelease =
        'NAME="CentOS Linux"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\nPRETTY_NAME="CentOS Linux 7 (Core)"\n';
      await buildRpmRoot(build, { backend: 'sqlite', database: '/var/lib/rpm', osRelease });
      await sqliteToBerkeley(build, 'root/var/lib/rpm');
    },
    dockerfile: 'FROM scratch\nCOPY root /\nCMD ["/bin/busybox", "sh"]\n',
  },
  {
    name: 'distroless-like',
    revision: 1,
    summary: 'a few Debian packages without dpkg, each named in status.d',
    needs: ['apt-get', 'dpkg-deb'],
    context: async (build) => {
      const packages = ['base-files', 'netbase', 'tzdata', 'libc6', 'libssl3', 'zlib1g'];
      await build.run('mkdir', ['-p', 'debs', 'root/var/lib/dpkg/status.d', 'root/etc', 'root/home/nonroot']);
      await build.run('apt-get', ['update', '-qq']);
      await build.run('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', ...packages], {
        cwd: `${build.folder}/debs`,
      });
      const debs = (await build.run('ls', ['debs'])).trim().split('\n');
      for (const deb of debs) {
        const name = deb.split('_')[0]!;
        await build.run('dpkg-deb', ['-x', `debs/${deb}`, 'root']);
        build.write(`root/var/lib/dpkg/status.d/${name}`, await build.run('dpkg-deb', ['-f', `debs/${deb}`]));
        build.write(
          `root/var/lib/dpkg/status.d/${name}.md5sums`,
          await build.run('dpkg-deb', ['--ctrl-tarfile', `debs/${deb}`]).then(() => ''),
        );
      }
      build.write(
        'root/etc/passwd',
        'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
      );
      build.write('root/etc/group', 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n');
    },
    dockerfile:
      'FROM scratch\nCOPY root /\nUSER nonroot\nWORKDIR /home/nonroot\nENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\n',
  },
];
