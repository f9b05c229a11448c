import { CodedError, type Hardening, type ImageConfiguration, type ImageRecord } from '../../model/index.ts';

/**
 * A Dockerfile that makes the smaller base: the whole one in a first stage, what stays copied aside, all that as the only
 * layer of the last stage, with the configuration that the base has. Throws `cannot-write-hardening` for package managers
 * whose databases it can't rewrite, and for bases without a shell to work with.
 */
export function hardeningDockerfile(record: ImageRecord, { removed, image }: Hardening, from: string): string {
  if (removed.length === 0)
    throw new CodedError('cannot-write-hardening', 'there is nothing to take out: something needs every package');
  const manager = managerOf(record);
  const script = scripts[manager];
  const names = removed.map(({ name }) => name);
  return [
    `# Without ${names.length} packages of ${image.digest} that nothing needs; made by plimsoll base harden`,
    `FROM ${oneWord(from)} AS whole`,
    'USER 0:0',
    'SHELL ["/bin/sh", "-ec"]',
    `ENV PLIMSOLL_REMOVED="${names.join(' ')}"`,
    `RUN ${script.trim().split('\n').join(' \\\n    ')}`,
    '',
    'FROM scratch',
    'COPY --from=whole /plimsoll/root/ /',
    ...configurationLines(record.image.configuration),
    ...labelLines(record.image.labels),
    '',
  ].join('\n');
}

function managerOf(record: ImageRecord): 'dpkg' | 'apk' | 'rpm' {
  const catalogers = new Set(record.packages.map(({ cataloger }) => cataloger));
  const has = (name: string): boolean =>
    record.executables.some(({ place, links }) =>
      [place.path, ...links].some((path) => path === `/bin/${name}` || path === `/usr/bin/${name}`),
    );
  if (!has('sh'))
    throw new CodedError(
      'cannot-write-hardening',
      'the base has no shell, so no Dockerfile can take packages out of it',
      {
        hint: 'build it from fewer packages instead: the proposal says which',
      },
    );
  if (catalogers.has('dpkg')) return 'dpkg';
  if (catalogers.has('apk')) return 'apk';
  if (has('rpm')) return 'rpm';
  throw new CodedError('cannot-write-hardening', 'only rpm can change its database, and the base has no rpm', {
    hint: 'build it from fewer packages instead (dnf --installroot): the proposal says which',
  });
}

/** Copies all that lies at the root, but what the kernel or the engine puts there. */
const copyAll = `
mkdir -p /plimsoll/root;
for each in /*; do case "$each" in /plimsoll|/proc|/sys|/dev) ;; *) cp -a "$each" /plimsoll/root/ ;; esac; done;
mkdir -p /plimsoll/root/proc /plimsoll/root/sys /plimsoll/root/dev;
: > /plimsoll/root/etc/resolv.conf; : > /plimsoll/root/etc/hosts; : > /plimsoll/root/etc/hostname;
rm -rf /plimsoll/root/tmp/* /plimsoll/root/var/tmp/* /plimsoll/root/var/lib/apt/lists/* /plimsoll/root/var/cache/apt/* /plimsoll/root/var/cache/apk/*;
for name in $PLIMSOLL_REMOVED; do echo "$name"; done > /plimsoll/names;`;

/** Removes the files that only removed packages have, then folders that are empty without them. */
const removeFiles = `
if [ -L /bin ]; then for list in removed kept; do sed -E 's#^/(bin|sbin|lib|lib32|lib64|libx32)/#/usr/\\1/#' /plimsoll/$list > /plimsoll/$list.usr; mv /plimsoll/$list.usr /plimsoll/$list; done; fi;
grep -vxF -f /plimsoll/kept /plimsoll/removed > /plimsoll/gone || true;
while IFS= read -r path; do if [ -L "/plimsoll/root$path" ] || [ ! -d "/plimsoll/root$path" ]; then rm -f "/plimsoll/root$path"; fi; done < /plimsoll/gone;
sort -r /plimsoll/gone | while IFS= read -r path; do if [ -d "/plimsoll/root$path" ] && [ ! -L "/plimsoll/root$path" ]; then rmdir "/plimsoll/root$path" 2>/dev/null || true; fi; done;`;

const dpkgScript = `${copyAll}
dpkg-query -W -f '\${Package}\\n' | sort -u > /plimsoll/all;
grep -vxF -f /plimsoll/names /plimsoll/all > /plimsoll/stay || true;
xargs dpkg-query -L < /plimsoll/names | sed '/^$/d' > /plimsoll/removed;
xargs dpkg-query -L < /plimsoll/stay | sed '/^$/d' > /plimsoll/kept;
${removeFiles.trim()}
awk 'NR == FNR { gone[$1] = 1; next } { split($0, lines, "\\n"); name = lines[1]; sub(/^Package: */, "", name); if (!(name in gone)) print }' /plimsoll/names RS= ORS='\\n\\n' /var/lib/dpkg/status > /plimsoll/root/var/lib/dpkg/status;
rm -f /plimsoll/root/var/lib/dpkg/status-old;
while IFS= read -r name; do rm -f "/plimsoll/root/var/lib/dpkg/info/$name".* "/plimsoll/root/var/lib/dpkg/info/$name":*; done < /plimsoll/names`;

/** Files as for dpkg; the copied database is told by rpm itself, which touches no file (`--justdb`). */
const rpmScript = `${copyAll}
touch /plimsoll/removed /plimsoll/kept;
db=$(rpm --eval '%{_dbpath}'); test -n "$db"; test -d "/plimsoll/root$db";
rpm -qa --qf '[%{=NAME} %{FILENAMES}\\n]' > /plimsoll/files;
while IFS=' ' read -r name path; do case " $PLIMSOLL_REMOVED " in *" $name "*) echo "$path" >> /plimsoll/removed ;; *) echo "$path" >> /plimsoll/kept ;; esac; done < /plimsoll/files;
${removeFiles.trim()}
rpm --dbpath "/plimsoll/root$db" -e --justdb --nodeps --noscripts --notriggers --allmatches $PLIMSOLL_REMOVED;
rm -f "/plimsoll/root$db/.rpm.lock"`;

const apkScript = `${copyAll}
db=/lib/apk/db/installed; if [ ! -f $db ]; then db=/usr/lib/apk/db/installed; fi;
awk 'NR == FNR { gone[$1] = 1; next } /^P:/ { name = substr($0, 3) } /^F:/ { folder = substr($0, 3) } /^R:/ { path = folder == "" ? "/" substr($0, 3) : "/" folder "/" substr($0, 3); print path > ((name in gone) ? "/plimsoll/removed" : "/plimsoll/kept") } /^F:./ { print "/" folder > ((name in gone) ? "/plimsoll/removed" : "/plimsoll/kept") }' /plimsoll/names $db;
touch /plimsoll/removed /plimsoll/kept;
${removeFiles.trim()}
awk 'NR == FNR { gone[$1] = 1; next } { count = split($0, lines, "\\n"); name = ""; for (i = 1; i <= count; i++) if (lines[i] ~ /^P:/) name = substr(lines[i], 3); if (!(name in gone)) print }' /plimsoll/names RS= ORS='\\n\\n' $db > /plimsoll/root$db;
find /plimsoll/root/bin /plimsoll/root/sbin /plimsoll/root/usr/bin /plimsoll/root/usr/sbin -type l 2>/dev/null | while IFS= read -r link; do target=$(readlink "$link"); case "$target" in /*) if [ ! -e "/plimsoll/root$target" ] && [ ! -L "/plimsoll/root$target" ]; then rm -f "$link"; fi ;; esac; done`;

const scripts = { dpkg: dpkgScript, apk: apkScript, rpm: rpmScript } as const;

function configurationLines(configuration: ImageConfiguration): string[] {
  const { env, user, workingDir, entrypoint, cmd, exposedPorts, volumes, stopSignal, shell, healthcheck } =
    configuration;
  return [
    ...env.map((each) => `ENV ${each.slice(0, each.indexOf('='))}=${quoted(each.slice(each.indexOf('=') + 1))}`),
    ...exposedPorts.map((port) => `EXPOSE ${oneWord(port)}`),
    ...(volumes.length === 0 ? [] : [`VOLUME ${JSON.stringify(volumes)}`]),
    ...(workingDir === undefined || workingDir === '' ? [] : [`WORKDIR ${oneWord(workingDir)}`]),
    ...(shell === undefined ? [] : [`SHELL ${JSON.stringify(shell)}`]),
    ...(stopSignal === undefined || stopSignal === '' ? [] : [`STOPSIGNAL ${oneWord(stopSignal)}`]),
    ...healthLines(healthcheck),
    ...(entrypoint === undefined ? [] : [`ENTRYPOINT ${JSON.stringify(entrypoint)}`]),
    ...(cmd === undefined ? [] : [`CMD ${JSON.stringify(cmd)}`]),
    ...(user === undefined || user === '' ? [] : [`USER ${oneWord(user)}`]),
  ];
}

function healthLines(healthcheck: readonly string[] | undefined): string[] {
  const [kind, ...words] = healthcheck ?? [];
  if (kind === 'NONE') return ['HEALTHCHECK NONE'];
  if (kind === 'CMD') return [`HEALTHCHECK CMD ${JSON.stringify(words)}`];
  return kind === 'CMD-SHELL' ? [`HEALTHCHECK CMD ["/bin/sh", "-c", ${JSON.stringify(words.join(' '))}]`] : [];
}

function labelLines(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([name, value]) => `LABEL ${quoted(name)}=${quoted(value)}`);
}

/** In double quotes, with all that a Dockerfile would take for more than text written out. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"$]/g, (character) => `\\${character}`).replace(/[\r\n]+/g, ' ')}"`;
}

/** For instructions that take no quotes: what could begin another instruction or variable is no part of such a word. */
function oneWord(text: string): string {
  if (/^[\w./:@+-]{1,4096}$/.test(text)) return text;
  throw new CodedError(
    'cannot-write-hardening',
    `${JSON.stringify(text)} in the base's configuration can't be written into a Dockerfile`,
  );
}
