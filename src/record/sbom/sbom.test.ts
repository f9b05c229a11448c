import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cartRecord } from '../../../test/make/cart-image.ts';
import { sha256Digest } from '../../model/index.ts';
import { readSbom, recordFromSbom, writeCycloneDx, writeSpdx } from './index.ts';
import { fuzz } from '../../../test/make/fuzz.ts';

const specs = new URL('../../../../shared/data/specs/', import.meta.url);
const record = cartRecord();
const whole = { reference: 'cart:1.8.2', executables: true };
const bytesOf = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

describe.skipIf(!existsSync(specs))('against the published schemas (skipped where ../shared/data is missing)', () => {
  const schemaOf = (path: string): object => JSON.parse(readFileSync(new URL(path, specs), 'utf8')) as object;
  const validatorOf = (path: string, beside: readonly string[] = []): ValidateFunction => {
    const ajv = new Ajv({
      strict: false,
      allErrors: true,
      schemas: beside.map(schemaOf),
      formats: { 'idn-email': true, 'iri-reference': true },
    });
    formats.default(ajv);
    return ajv.compile(schemaOf(path));
  };
  const errorsOf = (validate: ValidateFunction, text: string): unknown => {
    validate(JSON.parse(text));
    return validate.errors ?? [];
  };

  it('writes valid CycloneDX 1.6', () => {
    const validate = validatorOf('cyclonedx/bom-1.6.schema.json', [
      'cyclonedx/spdx.schema.json',
      'cyclonedx/jsf-0.82.schema.json',
    ]);
    expect(errorsOf(validate, writeCycloneDx(record, whole))).toEqual([]);
    expect(errorsOf(validate, writeCycloneDx({ ...record, packages: [], findings: [] }))).toEqual([]);
  });

  it('writes valid SPDX 2.3', () => {
    const validate = validatorOf('spdx/spdx-schema.json');
    expect(errorsOf(validate, writeSpdx(record, whole))).toEqual([]);
    expect(errorsOf(validate, writeSpdx({ ...record, packages: [] }))).toEqual([]);
  });
});

describe('writing', () => {
  it('gives the same bytes for the same record, with an identity that follows from the image', () => {
    expect(writeCycloneDx(cartRecord(), whole)).toBe(writeCycloneDx(record, whole));
    expect(writeSpdx(cartRecord(), whole)).toBe(writeSpdx(record, whole));
    const { serialNumber, metadata } = JSON.parse(writeCycloneDx(record)) as {
      serialNumber: string;
      metadata: { timestamp: string };
    };
    expect([serialNumber, metadata.timestamp]).toMatchInlineSnapshot(`
      [
        "urn:uuid:11044da9-c4a9-88ab-beac-e53e18f85f37",
        "2025-12-24T18:00:00Z",
      ]
    `);
    const other = { ...record, image: { ...record.image, digest: sha256Digest('1'.repeat(64)) } };
    expect((JSON.parse(writeCycloneDx(other)) as { serialNumber: string }).serialNumber).not.toBe(serialNumber);
  });

  it('writes a package with purl, licence, layer and owner, and a vulnerability with what it affects', () => {
    const { components, vulnerabilities } = JSON.parse(writeCycloneDx(record)) as {
      components: { name: string }[];
      vulnerabilities: { id: string }[];
    };
    expect(components.find(({ name }) => name === 'libssl3')).toMatchInlineSnapshot(`
      {
        "bom-ref": "package-aaaaaaaaaaaaaaaa",
        "licenses": [
          {
            "license": {
              "id": "Apache-2.0",
            },
          },
        ],
        "name": "libssl3",
        "properties": [
          {
            "name": "plimsoll:path",
            "value": "/var/lib/dpkg/status",
          },
          {
            "name": "plimsoll:layer:index",
            "value": "1",
          },
          {
            "name": "plimsoll:layer:diffId",
            "value": "sha256:1111111111111111111111111111111111111111111111111111111111111111",
          },
          {
            "name": "plimsoll:owner",
            "value": "base",
          },
          {
            "name": "plimsoll:evidence",
            "value": "installed",
          },
          {
            "name": "plimsoll:ecosystem",
            "value": "Debian:12",
          },
          {
            "name": "plimsoll:source:name",
            "value": "openssl",
          },
          {
            "name": "plimsoll:source:version",
            "value": "3.0.11-1~deb12u2",
          },
        ],
        "purl": "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12.11",
        "type": "library",
        "version": "3.0.11-1~deb12u2",
      }
    `);
    expect(vulnerabilities.find(({ id }) => id === 'CVE-2024-6119')).toMatchInlineSnapshot(`
      {
        "advisories": [
          {
            "url": "https://security-tracker.debian.org/tracker/CVE-2024-6119",
          },
        ],
        "affects": [
          {
            "ref": "package-aaaaaaaaaaaaaaaa",
            "versions": [
              {
                "status": "affected",
                "version": "3.0.11-1~deb12u2",
              },
            ],
          },
        ],
        "bom-ref": "vulnerability-CVE-2024-6119",
        "description": "Denial of service in X.509 name checks",
        "id": "CVE-2024-6119",
        "properties": [
          {
            "name": "plimsoll:fixState",
            "value": "fixed",
          },
          {
            "name": "plimsoll:exploitedSince",
            "value": "2025-10-01",
          },
          {
            "name": "plimsoll:severitySource",
            "value": "vendor",
          },
        ],
        "published": "2024-09-03T00:00:00Z",
        "ratings": [
          {
            "method": "CVSSv31",
            "score": 7.5,
            "severity": "high",
            "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
          },
          {
            "method": "other",
            "score": 0.61,
            "source": {
              "name": "FIRST EPSS",
            },
          },
        ],
        "recommendation": "upgrade libssl3 to 3.0.14-1~deb12u2",
        "source": {
          "name": "Debian:12",
        },
        "updated": "2025-01-02T00:00:00Z",
      }
    `);
    const { packages } = JSON.parse(writeSpdx(record)) as { packages: { name: string }[] };
    expect(packages.find(({ name }) => name === 'libssl3')).toMatchInlineSnapshot(`
      {
        "SPDXID": "SPDXRef-Package-aaaaaaaaaaaaaaaa",
        "copyrightText": "NOASSERTION",
        "downloadLocation": "NOASSERTION",
        "externalRefs": [
          {
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceLocator": "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12.11&upstream=openssl%403.0.11-1~deb12u2",
            "referenceType": "purl",
          },
        ],
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "Apache-2.0",
        "name": "libssl3",
        "sourceInfo": "installed; path /var/lib/dpkg/status; layer 2; owner base",
        "versionInfo": "3.0.11-1~deb12u2",
      }
    `);
  });
});

describe('reading', () => {
  const facts = ({
    packages,
  }: {
    packages: readonly { name: string; version: string; ecosystem?: string; source?: unknown }[];
  }): unknown => packages.map(({ name, version, ecosystem, source }) => ({ name, version, ecosystem, source }));

  it('reads back what it wrote, in both formats', () => {
    for (const text of [writeCycloneDx(record, whole), writeSpdx(record, whole)]) {
      const sbom = readSbom(bytesOf(text), 'cart.json');
      expect(facts(sbom)).toEqual(facts(record));
      expect(sbom.operatingSystem).toEqual({
        id: 'debian',
        version: '12.11',
        prettyName: 'Debian GNU/Linux 12 (bookworm)',
      });
      expect(sbom.subject).toEqual({ name: 'cart:1.8.2', digest: record.image.digest });
      const read = recordFromSbom(sbom, { engine: 'plimsoll 0.1.0', digest: sha256Digest('0'.repeat(64)) });
      expect(read.image).toMatchObject({ digest: record.image.digest, kind: 'sbom' });
      expect(read.packages.map(({ purl }) => purl).sort()).toEqual(record.packages.map(({ purl }) => purl).sort());
    }
  });

  it('reads what Trivy and Syft write: source packages, distributions, nested components, epochs', () => {
    const trivy = {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      metadata: {
        component: { type: 'container', name: 'shop', purl: `pkg:oci/shop@sha256%3A${'a'.repeat(64)}?arch=amd64` },
      },
      components: [
        { type: 'operating-system', name: 'debian', version: '12.5' },
        {
          type: 'library',
          name: 'libssl3',
          version: '3.0.11-1~deb12u2',
          purl: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12.5&epoch=1',
          licenses: [{ license: { name: 'Apache-2.0' } }],
          properties: [
            { name: 'aquasecurity:trivy:SrcName', value: 'openssl' },
            { name: 'aquasecurity:trivy:SrcVersion', value: '3.0.11' },
            { name: 'aquasecurity:trivy:SrcRelease', value: '1~deb12u2' },
          ],
        },
        {
          type: 'application',
          name: 'app/package-lock.json',
          components: [
            { type: 'library', group: '@babel', name: 'core', version: '7.0.0', purl: 'pkg:npm/%40babel/core@7.0.0' },
          ],
        },
        { type: 'library', name: 'mystery', version: '1' },
      ],
    };
    expect(readSbom(bytesOf(trivy), 'trivy.json')).toEqual({
      format: 'cyclonedx',
      specVersion: '1.5',
      name: 'trivy.json',
      subject: { name: 'shop', digest: `sha256:${'a'.repeat(64)}` },
      operatingSystem: { id: 'debian', version: '12.5' },
      packages: [
        {
          type: 'deb',
          name: 'libssl3',
          version: '1:3.0.11-1~deb12u2',
          purl: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12.5&epoch=1',
          scheme: 'deb',
          ecosystem: 'Debian:12',
          arch: 'amd64',
          source: { name: 'openssl', version: '3.0.11-1~deb12u2' },
          licenses: ['Apache-2.0'],
        },
        {
          type: 'npm',
          name: '@babel/core',
          version: '7.0.0',
          purl: 'pkg:npm/%40babel/core@7.0.0',
          scheme: 'semver',
          ecosystem: 'npm',
          licenses: [],
        },
      ],
      problems: [
        {
          code: 'sbom-component-unidentified',
          message: 'mystery in trivy.json have no package URL that can be read, so nothing can be looked up for them',
          source: 'sbom',
          hides: 'packages',
        },
      ],
    });
    const syft = {
      spdxVersion: 'SPDX-2.3',
      SPDXID: 'SPDXRef-DOCUMENT',
      packages: [
        {
          SPDXID: 'SPDXRef-1',
          name: 'musl',
          versionInfo: '1.2.4-r2',
          licenseDeclared: 'MIT',
          externalRefs: [
            {
              referenceCategory: 'PACKAGE-MANAGER',
              referenceType: 'purl',
              referenceLocator: 'pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&upstream=musl&distro=alpine-3.18.4',
            },
          ],
        },
        {
          SPDXID: 'SPDXRef-2',
          name: 'shop',
          versionInfo: 'latest',
          primaryPackagePurpose: 'CONTAINER',
          checksums: [{ algorithm: 'SHA256', checksumValue: 'b'.repeat(64) }],
        },
      ],
      relationships: [
        { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-2' },
      ],
    };
    expect(readSbom(bytesOf(syft), 'syft.json')).toMatchObject({
      subject: { name: 'shop', digest: `sha256:${'b'.repeat(64)}` },
      operatingSystem: { id: 'alpine', version: '3.18.4' },
      packages: [{ name: 'musl', ecosystem: 'Alpine:v3.18', source: { name: 'musl', version: '' }, licenses: ['MIT'] }],
      problems: [],
    });
  });

  it('refuses what is no SBOM that it knows, naming it', () => {
    const messages = [
      '',
      'nonsense',
      '[]',
      '{}',
      '{"bomFormat":"CycloneDX","specVersion":"2.0"}',
      '{"spdxVersion":"SPDX-3.0"}',
    ].map((text) => {
      try {
        return readSbom(bytesOf(text), 'x.json').format;
      } catch (error) {
        return error instanceof Error ? error.message.split(';')[0] : '';
      }
    });
    expect(messages).toEqual([
      'x.json is not JSON',
      'x.json is not JSON',
      'x.json is JSON, but no SBOM',
      'x.json is JSON, but neither CycloneDX nor SPDX 2',
      'x.json is CycloneDX 2.0',
      'x.json is SPDX-3.0',
    ]);
    expect(readSbom(bytesOf('{"bomFormat":"CycloneDX","specVersion":"1.6"}'), 'x.json').problems).toMatchObject([
      { code: 'sbom-without-packages', hides: 'packages' },
    ]);
  });

  it('survives components nested without end, __proto__, and any value in any place', () => {
    const deep = `${'{"type":"library","purl":"pkg:npm/a@1","components":['.repeat(20_000)}${']}'.repeat(20_000)}`;
    const nested = readSbom(
      bytesOf(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${deep}]}`),
      'deep.json',
    );
    expect(nested.packages).toHaveLength(32);
    expect(nested.problems).toMatchObject([{ code: 'sbom-too-large' }]);
    const hostile = bytesOf(
      '{"__proto__":{"bomFormat":"CycloneDX"},"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"__proto__":{"purl":"pkg:npm/a@1"},"type":"library","name":"x"}]}',
    );
    expect(readSbom(hostile, 'p.json').packages).toEqual([]);
    const texts = [writeCycloneDx(record, whole), writeSpdx(record, whole)];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.constantFrom('null', '1', '""', '[]', '{}', '[[{}]]', '{"purl":1}'),
        (text, at, value) => {
          // Any one member's value replaced by something else.
          const members = [...text.matchAll(/": (?="|\d)/g)];
          const start = (members[at % members.length]?.index ?? 0) + 3;
          const end = text.slice(start).search(/,?\n/) + start;
          const sbom = tryRead(`${text.slice(0, start)}${value}${text.slice(end)}`);
          if (sbom !== undefined) recordFromSbom(sbom, { engine: 'test', digest: record.image.digest });
        },
      ),
      fuzz(300),
    );
  });

  function tryRead(text: string): ReturnType<typeof readSbom> | undefined {
    try {
      return readSbom(bytesOf(text), 'fuzz.json');
    } catch (error) {
      expect(error).toMatchObject({ code: 'sbom-unreadable' });
      return undefined;
    }
  }
});
