import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageRecord, Owner, Place } from '../../src/model/index.ts';
import { inContainer, noContainerReason } from './in-container.ts';
import { packageLines, ScanPlace, sortedLines } from './scan-place.ts';

const reason = noContainerReason('node', 'debian', 'layers');
const title = `base and application${reason === undefined ? '' : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  const place = new ScanPlace();
  let base: ImageRecord;
  let record: ImageRecord;
  beforeAll(async () => {
    await place.importAdvisories();
    base = await place.scanReal('debian');
    record = await place.scanReal('node', { base: 'debian' });
  });
  afterAll(() => place.remove());

  const ownersOf = (path: string): Owner[] =>
    record.executables.filter((each) => each.place.path === path).map((each) => each.place.owner);

  test('are told apart by layers, each with its instruction of the Dockerfile', () => {
    expect(record.base).toMatchObject({ known: 'layers', layers: 1, digest: base.image.digest });
    const instructions = record.layers.map(({ owner, instruction }) => [
      owner,
      instruction?.replace(/(file|dir|multi):[0-9a-f]{64}/, '$1'),
    ]);
    expect(instructions).toEqual([
      ['base', undefined],
      ['app', 'RUN apt-get update && apt-get install -y --no-install-recommends nodejs && rm -rf /var/lib/apt/lists/*'],
      ['app', 'WORKDIR /srv/app'],
      ['app', 'COPY multi in ./'],
      ['app', 'COPY dir in ./node_modules'],
      ['app', 'COPY file in ./'],
      ['app', 'RUN useradd --system shop && chown -R shop /srv/app/server.js'],
    ]);
    expect(record.layers[0]!.diffId).toBe(base.layers[0]!.diffId);
  });

  test("own packages: the base's are those that the base image has, as dpkg names them there", async () => {
    const line = '${Package} ${Version}\n';
    const [inBase, inAll] = [
      sortedLines(await inContainer('debian', 'dpkg-query', '--show', `--showformat=${line}`)),
      sortedLines(await inContainer('node', 'dpkg-query', '--show', `--showformat=${line}`)),
    ];
    const of = (owner: Owner): string[] =>
      record.packages
        .filter(({ type, place: at }) => type === 'deb' && at.owner === owner)
        .map(({ name, version }) => `${name} ${version}`);
    expect(of('base').sort()).toEqual(inBase);
    expect(of('app').sort()).toEqual(inAll.filter((each) => !inBase.includes(each)));
    expect(packageLines(record, 'npm', (found) => found.place.owner)).not.toContain('base');
  });

  test('own executables: what a layer of the application brought is its own, however it got there', () => {
    expect([ownersOf('/usr/bin/dpkg'), ownersOf('/usr/bin/node')]).toEqual([['base'], ['app']]);
    const inBase = new Map(base.executables.map((each) => [each.place.path, each.sha256]));
    const wrong = record.executables.filter(
      (each) => (each.place.owner === 'base') !== (inBase.get(each.place.path) === each.sha256),
    );
    expect(wrong.map((each) => each.place.path)).toEqual([]);
  });

  test('own findings, and the verdict says whose each is', async () => {
    const owners = new Set<string>();
    for (const finding of record.findings)
      if (finding.kind !== 'bloat') owners.add(`${finding.kind} ${finding.place.owner}`);
    expect([...owners].sort()).toEqual(['misconfiguration base', 'vulnerability app']);
    const { verdict } = await place.judge(record, 'production');
    expect(verdict.violations.map(({ owner, what }) => [owner, what.match(/CVE-\d+-\d+/)?.[0]])).toEqual([
      ['app', 'CVE-2021-44906'],
      ['app', 'CVE-2021-23337'],
    ]);
    expect(verdict.warnings.map(({ rule, owner }) => `${rule} ${owner}`)).toContain('no-package-manager base');
  });

  test('everything names its layer and instruction', () => {
    const placed: Place[] = [record.packages, record.executables, record.accounts, record.certificates].flatMap((all) =>
      all.map((each) => each.place),
    );
    placed.push(...record.findings.map((finding) => finding.place));
    const wrong = placed.filter(
      ({ layer, instruction, owner, configuration }) =>
        configuration === undefined &&
        (layer === undefined ||
          instruction !== record.layers[layer]!.instruction ||
          owner !== record.layers[layer]!.owner),
    );
    expect(wrong).toEqual([]);
    expect(placed.length).toBeGreaterThan(1000);
  });

  test('of an image that does not stand on the given base is all application, and is said', async () => {
    const other = await place.scanReal('node', { base: 'alpine-like' });
    expect(other.problems.map(({ code, hides }) => [code, hides])).toEqual([['not-the-base', 'nothing']]);
    expect(other.base).toBeUndefined();
    expect(new Set(other.packages.map((found) => found.place.owner))).toEqual(new Set(['app']));
  });

  test('bytes that an upper layer hid are counted where they are shipped', async () => {
    const layers = await place.scanReal('layers', { base: 'debian' });
    const docs = Number(
      (
        await inContainer(
          'debian',
          'sh',
          '-c',
          "find /usr/share/doc /usr/share/man -type f -printf '%s\\n' | awk '{ n += $1 } END { print n }'",
        )
      ).trim(),
    );
    const hidden = layers.findings.filter(
      (finding) => finding.kind === 'bloat' && finding.category === 'deleted' && finding.place.layer === 0,
    );
    expect(hidden).toHaveLength(1);
    const bytes = hidden[0]!.kind === 'bloat' ? hidden[0]!.sizeBytes : 0;
    expect(bytes).toBeGreaterThanOrEqual(docs);
    expect(bytes).toBeLessThan(docs * 1.5);
  });

  // Bloat is summed up by folder and layer, and that a later layer removed the folder is not looked at.
  test('documentation that a later layer removed is not counted a second time', async () => {
    const layers = await place.scanReal('layers', { base: 'debian' });
    const docs = layers.findings.filter((finding) => finding.kind === 'bloat' && finding.category === 'docs');
    expect(docs.map((finding) => finding.place.path).filter((path) => /^\/usr\/share\/(doc|man)$/.test(path!))).toEqual(
      [],
    );
  });
});
