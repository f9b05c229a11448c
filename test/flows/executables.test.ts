import { afterAll, describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../src/model/index.ts';
import { hasProgram } from '../make/real-images/host.ts';
import { enginesOwn, followedLinks, runnableFiles } from './container-files.ts';
import { noContainerReason, withBusybox } from './in-container.ts';
import { ScanPlace, sortedLines } from './scan-place.ts';

const place = new ScanPlace();
afterAll(() => place.remove());

const factsOf = ({ mode, uid, gid, sizeBytes, sha256 }: ImageRecord['executables'][number]): string =>
  `${mode.toString(8)} ${uid}:${gid} ${sizeBytes} ${sha256}`;

/** Differences of two maps, at most twenty: a diff of thousands of lines tells nobody anything. */
function differences(ours: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): unknown[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((path) => ours.get(path) !== theirs.get(path))
    .slice(0, 20)
    .map((path) => ({ path, ours: ours.get(path), theirs: theirs.get(path) }));
}

const names = ['alpine-like', 'rpm', 'node', 'python', 'java', 'go', 'rust', 'layers'] as const;

describe('executables of an image', () => {
  for (const name of names) {
    const reason = noContainerReason(name) ?? (hasProgram('busybox') ? undefined : 'busybox is not installed');
    const skipped = reason === undefined ? '' : ` (skipped: ${reason})`;
    test.skipIf(reason !== undefined)(
      `${name}: all that may run in the engine's export are there with their hash, mode and owner, and every link that leads to them${skipped}`,
      async () => {
        const record = await place.scanReal(name);
        const theirs = await runnableFiles(name);
        const followed = await followedLinks(name);
        const ours = new Map<string, string>();
        const links = new Map<string, string>();
        for (const executable of record.executables) {
          if (enginesOwn.test(executable.place.path!)) continue;
          ours.set(executable.place.path!, factsOf(executable));
          // A hard link is a file of its own to the engine; a symbolic one is followed.
          for (const link of executable.links)
            if (theirs.has(link)) ours.set(link, factsOf(executable));
            else links.set(link, executable.place.path!);
        }
        expect(differences(ours, theirs)).toEqual([]);
        expect(theirs.size).toBeGreaterThan(0);
        const leading = new Map([...followed].filter(([, end]) => theirs.has(end)).map(([link, end]) => [link, end]));
        expect(differences(canonical(links, record), canonical(leading, record))).toEqual([]);
      },
      120_000,
    );
  }

  const reason = noContainerReason('layers');
  test.skipIf(reason !== undefined)(
    'layers: setuid and setgid files are those that find finds, and capabilities those that were set',
    async () => {
      const record = await place.scanReal('layers');
      const found = await withBusybox('layers', '/busybox find / -xdev -type f -perm /6000');
      const special = record.executables.filter(({ mode }) => (mode & 0o6000) !== 0);
      expect(special.map((each) => each.place.path!).sort()).toEqual(sortedLines(found));
      const capable = record.executables.filter(({ capabilities }) => capabilities !== undefined);
      expect(capable.map((each) => [each.place.path, each.capabilities])).toEqual([
        ['/usr/local/bin/capable', 'cap_net_bind_service,cap_net_raw=ep'],
      ]);
      const checks = record.findings.flatMap((finding) =>
        finding.kind === 'misconfiguration' && finding.place.path?.startsWith('/usr/local/bin/')
          ? [`${finding.check} ${finding.place.path} layer ${finding.place.layer}`]
          : [],
      );
      expect(checks.sort()).toEqual([
        'setgid-file /usr/local/bin/sgid layer 12',
        'setuid-file /usr/local/bin/suid layer 12',
      ]);
    },
  );

  const noGo = noContainerReason('go', 'rust', 'alpine-like');
  test.skipIf(noGo !== undefined)('says how a program is built', async () => {
    const elfOf = async (name: string, path: string): Promise<unknown> => {
      const record = await place.scanReal(name);
      const { format, interpreter, elf } = record.executables.find((each) => each.place.path === path)!;
      return {
        format,
        interpreter,
        static: elf?.static,
        pie: elf?.pie,
        language: elf?.language,
        machine: elf?.machine,
      };
    };
    const common = { format: 'elf', machine: 'x86-64' };
    const go = { ...common, interpreter: undefined, static: true, pie: false, language: 'go' };
    expect(await elfOf('go', '/usr/local/bin/pilot')).toEqual(go);
    expect(await elfOf('go', '/usr/local/bin/pilot-stripped')).toEqual(go);
    expect(await elfOf('rust', '/usr/bin/harbour-buoy')).toEqual({
      ...common,
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      static: false,
      pie: true,
      language: 'rust',
    });
    const musl = (await place.scanReal('alpine-like')).executables.find((each) =>
      each.place.path!.startsWith('/lib/libc.musl'),
    )!;
    expect(musl.links).toContain('/lib/ld-musl-x86_64.so.1');
  });
});

/** Two hard links of one file are the same end: the one that comes first stands for both. */
function canonical(links: ReadonlyMap<string, string>, record: ImageRecord): Map<string, string> {
  const first = new Map<string, string>();
  for (const { links: others, place: at } of record.executables)
    for (const other of others) if (!first.has(other)) first.set(other, at.path!);
  const symbolic = new Set(links.keys());
  return new Map([...links].map(([link, end]) => [link, symbolic.has(end) ? end : (first.get(end) ?? end)]));
}
