import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison, ImageRecord, Package } from '../../src/model/index.ts';
import { Place, root } from '../cli/plimsoll.ts';
import { dockerEngine } from '../make/docker-engine.ts';
import { realImage, realImageInEngine } from '../make/real-images/index.ts';
import { noContainerReason } from './in-container.ts';
import { ScanPlace, vulnerabilityLines } from './scan-place.ts';

const names = ['alpine-like', 'rpm', 'node', 'java', 'go'] as const;
const reason = noContainerReason(...names);
const skipped = reason === undefined ? '' : ` (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(`an SBOM that plimsoll wrote${skipped}`, () => {
  const place = new ScanPlace();
  const cli = new Place();
  beforeAll(async () => void (await place.importAdvisories()));
  afterAll(() => {
    place.remove();
    cli.remove();
  });

  test.each(names)('of %s gives the same packages and vulnerabilities when it is scanned', async (name) => {
    const { archive } = await realImage(name);
    const files = ['cyclonedx', 'spdx'].map((format) => ({ format, file: cli.at(`${name}.${format}.json`) }));
    const targets = files.flatMap(({ format, file }) => ['--format', `${format}=${file}`]);
    expect(await cli.plimsoll(['sbom', `archive:${archive}`, '--offline', ...targets])).toMatchObject({
      status: 0,
      stdout: '',
    });
    const image = await place.scanReal(name);
    for (const { format, file } of files) {
      const record = await place.scan(`sbom:${file}`);
      expect([format, packagesOf(record)]).toEqual([format, packagesOf(image)]);
      expect([format, vulnerabilityLines(record)]).toEqual([format, vulnerabilityLines(image)]);
      expect([format, record.image.kind, record.problems.filter(({ hides }) => hides === 'packages')]).toEqual([
        format,
        'sbom',
        [],
      ]);
      expect(record.operatingSystem?.id).toBe(image.operatingSystem?.id);
    }
  });

  test('can tell of vulnerabilities, but not of what an SBOM does not hold', async () => {
    const { archive } = await realImage('java');
    const file = cli.at('app.cdx.json');
    await cli.plimsoll(['sbom', `archive:${archive}`, '--offline', '--output', file]);
    const { verdict } = await place.judge(await place.scan(`sbom:${file}`), 'production');
    expect([...new Set(verdict.violations.map(({ rule }) => rule))].sort()).toEqual([
      'fixable-severity',
      'known-exploited',
    ]);
    expect(verdict.rules.filter(({ result }) => result === 'cannot-tell').map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['no-secrets', 'no-root-user', 'setuid-files']),
    );
  });
});

function packagesOf({ packages }: ImageRecord): string[] {
  return packages
    .map(({ type, name, version, purl, ecosystem, source }) =>
      [type, name, version, purl, ecosystem, source?.name, source?.version].join(' '),
    )
    .sort();
}

const dockerfile = `USER root
RUN rm -rf node_modules/minimist && sed -i 's/"4.17.11"/"4.17.21"/' node_modules/lodash/package.json && node -e '\
  const lock = JSON.parse(fs.readFileSync("package-lock.json")); \
  delete lock.packages["node_modules/minimist"]; \
  lock.packages["node_modules/lodash"].version = "4.17.21"; \
  fs.writeFileSync("package-lock.json", JSON.stringify(lock))'
RUN cp /bin/true /usr/local/bin/new-tool && chmod 4755 /usr/local/bin/new-tool && chmod 700 /usr/bin/node
ENV DB_PASSWORD=Qu4yside-Cr4ne-9
`;

describe.skipIf(reason !== undefined)(`two versions of an image, compared${skipped}`, () => {
  const cli = new Place();
  let comparison: Comparison;
  let table: string;
  beforeAll(async () => {
    const engine = await dockerEngine();
    const { archive, reference } = await realImageInEngine('node');
    const context = cli.folder('next');
    writeFileSync(join(context, 'Dockerfile'), `FROM ${reference}\n${dockerfile}`);
    const tag = 'plimsoll-test/node-next:latest';
    await engine.docker(['build', '--quiet', '--force-rm', '-t', tag, context]);
    const next = cli.at('next.tar');
    await engine.docker(['save', '-o', next, tag]);
    await engine.docker(['rmi', tag]);
    await cli.plimsoll(['db', 'import', join(root, 'data/demo-advisories'), '--built-at', new Date().toISOString()]);
    const file = cli.at('compare.json');
    const targets = ['--format', `json=${file}`, '--format', 'table'];
    const ran = await cli.plimsoll(['compare', `archive:${archive}`, `archive:${next}`, '--offline', ...targets]);
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    comparison = JSON.parse(readFileSync(file, 'utf8')) as Comparison;
    table = ran.stdout;
  });
  afterAll(() => cli.remove());

  test('say which packages came, went and changed', () => {
    const { added, removed, changed } = comparison.packages;
    const named = ({ type, name, version }: Package): string => `${type} ${name} ${version}`;
    expect(added.map(named)).toEqual([]);
    expect(removed.map(named)).toEqual(['npm minimist 0.0.8']);
    expect(changed.map(({ from, to }) => `${named(from)} → ${to.version}`)).toEqual(['npm lodash 4.17.11 → 4.17.21']);
  });

  test('say which executables came and changed, and how', () => {
    const { added, removed, changed } = comparison.executables;
    expect(added.map(({ place: { path }, mode }) => [path, mode.toString(8)])).toEqual([
      ['/usr/local/bin/new-tool', '4755'],
    ]);
    expect(removed).toEqual([]);
    expect(changed.map(({ from, to }) => [to.place.path, from.mode.toString(8), to.mode.toString(8)])).toEqual([
      ['/usr/bin/node', '755', '700'],
    ]);
  });

  test('say what is new to blame, and tell no secret', () => {
    const fresh = comparison.findings.new
      .map(({ finding }) => finding)
      .filter((finding) => finding.place.deletedIn === undefined);
    const lines = fresh.map((finding) => {
      const what = finding.kind === 'misconfiguration' ? finding.check : finding.kind;
      return `${what} ${finding.place.path ?? finding.place.configuration}`;
    });
    expect([...new Set(lines)].filter((line) => !line.includes('history:')).sort()).toEqual([
      'secret env:DB_PASSWORD',
      'setuid-file /usr/local/bin/new-tool',
    ]);
    expect(comparison.configuration).toEqual([
      { what: 'env DB_PASSWORD', to: '[redacted]' },
      { what: 'user', from: 'shop', to: 'root' },
    ]);
    const gone = comparison.findings.gone.flatMap((finding) =>
      finding.kind === 'vulnerability' ? [finding.advisory] : [],
    );
    expect(gone.sort()).toEqual(['CVE-2021-23337', 'CVE-2021-44906']);
    expect(table).toContain('new-tool');
    expect(table).toContain('minimist');
    expect(table + JSON.stringify(comparison)).not.toContain('Qu4yside-Cr4ne-9');
  });

  // What an upper layer hid is told as gone, and as newly known where it lies hidden.
  test('tell no finding as gone and as new', () => {
    const gone = new Set(comparison.findings.gone.map(({ id }) => id));
    expect(comparison.findings.new.filter(({ finding }) => gone.has(finding.id))).toEqual([]);
  });
});
