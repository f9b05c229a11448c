import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageRecord, Verdict } from '../../src/model/index.ts';
import { recordJsonSchema } from '../../src/record/schema.ts';
import { Place, type Ran, root } from '../cli/plimsoll.ts';
import { noRealImageReason, realImage } from '../make/real-images/index.ts';

const formats = ['json', 'table', 'sarif', 'cyclonedx', 'spdx'] as const;
const names = ['alpine-like', 'rpm', 'distroless-like', 'node', 'python', 'java', 'go', 'rust', 'layers'] as const;
const reason = names.map(noRealImageReason).find((each) => each !== undefined);
const specs = join(root, '../shared/data/specs');
const noSpecs = existsSync(specs) ? '' : ` (schemas skipped: there is no ${specs})`;

describe.skipIf(reason !== undefined)(
  `reports of real images${reason === undefined ? noSpecs : ` (skipped: ${reason})`}`,
  () => {
    const cli = new Place();
    const ran = new Map<string, Ran>();
    beforeAll(async () => {
      const imported = await cli.plimsoll([
        'db',
        'import',
        join(root, 'data/demo-advisories'),
        '--built-at',
        new Date().toISOString(),
      ]);
      expect(imported.status).toBe(0);
      for (const name of names) ran.set(name, await scan(name, 'first'));
    });
    afterAll(() => cli.remove());

    async function scan(name: string, folder: string, ...more: readonly string[]): Promise<Ran> {
      cli.folder(folder);
      const targets = formats.flatMap((format) => ['--format', `${format}=${cli.at(folder, `${name}.${format}`)}`]);
      return cli.plimsoll(['scan', `archive:${(await realImage(name)).archive}`, '--offline', ...targets, ...more]);
    }

    const read = (name: string, format: (typeof formats)[number], folder = 'first'): string =>
      readFileSync(cli.at(folder, `${name}.${format}`), 'utf8');
    const json = (name: string): { record: ImageRecord; verdict: Verdict } =>
      JSON.parse(read(name, 'json')) as { record: ImageRecord; verdict: Verdict };

    function expectValid(validate: ValidateFunction, format: 'json' | 'cyclonedx' | 'spdx', part?: 'record'): void {
      for (const name of names) {
        const document = JSON.parse(read(name, format)) as { record?: unknown };
        validate(part === undefined ? document : document[part]);
        expect([name, (validate.errors ?? []).slice(0, 5)]).toEqual([name, []]);
      }
    }

    const specified = (path: string): object => JSON.parse(readFileSync(join(specs, path), 'utf8')) as object;

    test('end with the status that the verdict stands for, and say nothing else', () => {
      const statuses = { pass: 0, fail: 2, 'cannot-tell': 3 } as const;
      for (const name of names) {
        const { status, stdout, stderr } = ran.get(name)!;
        expect([name, status, stdout, stderr]).toEqual([name, statuses[json(name).verdict.result], '', '']);
      }
      expect(names.map((name) => `${name} ${json(name).verdict.result}`)).toEqual([
        'alpine-like fail',
        'rpm fail',
        'distroless-like pass',
        'node fail',
        'python fail',
        'java fail',
        'go fail',
        'rust cannot-tell',
        'layers fail',
      ]);
    });

    test('hold records that are valid by the published schema', () => {
      const ajv = new Ajv2020({ strict: false });
      addFormats.default(ajv);
      expectValid(ajv.compile(recordJsonSchema()), 'json', 'record');
    });

    test.skipIf(noSpecs !== '')('are valid CycloneDX 1.6', () => {
      const beside = ['cyclonedx/spdx.schema.json', 'cyclonedx/jsf-0.82.schema.json'].map(specified);
      const ajv = new Ajv({ strict: false, schemas: beside, formats: { 'idn-email': true, 'iri-reference': true } });
      addFormats.default(ajv);
      expectValid(ajv.compile(specified('cyclonedx/bom-1.6.schema.json')), 'cyclonedx');
    });

    test.skipIf(noSpecs !== '')('are valid SPDX 2.3', () => {
      const ajv = new Ajv({ strict: false });
      addFormats.default(ajv);
      expectValid(ajv.compile(specified('spdx/spdx-schema.json')), 'spdx');
    });

    test('are SARIF 2.1.0 whose results have a known rule, a place and a fingerprint', () => {
      interface Sarif {
        readonly version: string;
        readonly runs: readonly {
          readonly tool: {
            readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] };
          };
          readonly results: readonly {
            readonly ruleId: string;
            readonly level: string;
            readonly message: { readonly text: string };
            readonly locations?: readonly {
              readonly physicalLocation?: { readonly artifactLocation?: { readonly uri?: string } };
            }[];
            readonly partialFingerprints?: Readonly<Record<string, string>>;
          }[];
        }[];
      }
      const sarif = JSON.parse(read('java', 'sarif')) as Sarif;
      expect([sarif.version, sarif.runs.length, sarif.runs[0]!.tool.driver.name]).toEqual(['2.1.0', 1, 'plimsoll']);
      const { results, tool } = sarif.runs[0]!;
      const rules = new Set(tool.driver.rules.map(({ id }) => id));
      expect(results.filter(({ ruleId }) => !rules.has(ruleId))).toEqual([]);
      expect(
        results.filter(
          ({ message, partialFingerprints, locations }) =>
            message.text === '' || partialFingerprints === undefined || locations === undefined,
        ),
      ).toEqual([]);
      expect(
        results.filter(({ message }) => message.text.includes('CVE-2021-44228')).map(({ level }) => level),
      ).toContain('error');
    });

    test('are the same bytes when everything is read again, by another process without a cache', async () => {
      for (const name of ['java', 'layers']) {
        await scan(name, 'second', '--no-cache');
        for (const format of formats) {
          // The table tells how long the scan took and how old the advisories are; all else follows from the inputs.
          if (format !== 'table') expect(read(name, format, 'second')).toBe(read(name, format));
        }
      }
    });

    test('are text without control characters and within 100 columns, whatever names the image has', () => {
      for (const name of names) {
        const table = read(name, 'table');
        expect([name, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.exec(table)?.[0]]).toEqual([name, undefined]);
        expect([name, table.split('\n').filter((line) => [...line].length > 100)]).toEqual([name, []]);
        expect(table).toContain(
          { pass: 'PASS', fail: 'FAIL', 'cannot-tell': 'CANNOT TELL' }[json(name).verdict.result],
        );
      }
    });

    test('list in each SBOM the packages of the record', () => {
      for (const name of names) {
        const purls = new Set(json(name).record.packages.map(({ purl }) => purl));
        const cyclonedx = JSON.parse(read(name, 'cyclonedx')) as { components: { purl?: string }[] };
        const spdx = JSON.parse(read(name, 'spdx')) as {
          packages: { externalRefs?: { referenceType: string; referenceLocator: string }[] }[];
        };
        const inCycloneDx = cyclonedx.components.flatMap(({ purl }) => (purl === undefined ? [] : [purl]));
        const inSpdx = spdx.packages.flatMap(({ externalRefs = [] }) =>
          externalRefs
            .filter(({ referenceType }) => referenceType === 'purl')
            .map(({ referenceLocator }) => referenceLocator.replace(/[?&]upstream=[^&]*/, '')),
        );
        expect([name, [...new Set(inCycloneDx)].sort()]).toEqual([name, [...purls].sort()]);
        expect([name, [...purls].filter((purl) => !inSpdx.includes(purl))]).toEqual([name, []]);
      }
    });
  },
);
