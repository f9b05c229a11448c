import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cartRecord, cartVerdict } from '../../test/make/cart-image.ts';
import { madeOn as now, makeRecord } from '../../test/make/record.ts';
import { renderJson, renderSarif, renderTable, visibleText } from './index.ts';
import { cutMiddle, textWidth } from './text-width.ts';
import { ageText, bytesText } from './units.ts';
import { fuzz } from '../../test/make/fuzz.ts';

const record = cartRecord();
const verdict = await cartVerdict(record);
const plain = { reference: 'cart:1.8.2', now, color: false } as const;

describe('the terminal report', () => {
  it('says of a failed image what, where, why, whose and what to do, in 80 columns', () => {
    const text = renderTable({ ...plain, record, verdict, columns: 80, timings: { totalMs: 1640 } });
    expect(text.replace(/policy [0-9a-f]{8} ·/, 'policy 1a2b3c4d ·')).toMatchInlineSnapshot(`
      "cart:1.8.2  sha256:9f3c01…e21a  linux/amd64  118 MB in 5 layers
      base debian-12-java17 (layers 1-2)
      Debian GNU/Linux 12.11, supported until 2028-06-30

       FAIL   policy production, scope default: 4 of 19 rules broken

       known-exploited  1 vulnerability: known to be exploited, since 2025-10-01;
           fixed in 3.0.14-1~deb12u2 since 2025-09-01
         high  CVE-2024-6119  libssl3 → 3.0.14-1~deb12u2  base, layer 2  exploited
         mend  rebuild on a newer debian-12-java17 (docker build --pull)
       fixable-severity  3 vulnerabilities in 2 packages: allowed: 14 days from the
           fix
         critical  CVE-2024-6119 +1  libssl3 → 3.0.14-1~deb12u2  base…yer 2  exploited
         high      CVE-2023-44487    golang.org/x/net → 0.17.0   app,…/cart
         mend  go get golang.org/x/net@v0.17.0 (1)
       exploit-likelihood  1 vulnerability, listed above: likelihood of exploitation
           0.61, allowed below 0.5; fixed in 3.0.14-1~deb12u2 since 2025-09-01
       no-secrets  1 finding: deleted in layer 5, but layer 4 still ships it
         high  AWS access key AKIA…3F7Q  /srv/cart/.env:3  app, layer 4: COPY . /srv/…
           deleted in layer 5, but layer 4 still ships it
         mend  add .env to .dockerignore, rebuild, revoke the credential

       cannot tell
         nothing-unread: /opt/legacy/app.jar: archives nested deeper than 8 (may hide
           packages)
         advisory-coverage: vulnerabilities of npm packages: the advisory database has
           no data for them
           mend  plimsoll db update, or plimsoll db import with data for them

       1 other vulnerability in 1 package  1 medium
         medium  CVE-2025-27587  libssl3 (won't be fixed)  base, layer 2

       vulnerabilities unknown for 1 package: the database has no advisories for npm
       1 thing could not be read: /opt/legacy/app.jar (archives nested deeper than 8)
       3 packages · 4 advisories apply · 1 executable · 1 setuid file
       41 MB that nothing needs
       advisories 6 h old · policy 1a2b3c4d · plimsoll · 1.6 s
      "
    `);
  });

  it('cuts nothing where there is room', () => {
    expect(renderTable({ ...plain, record, verdict, columns: 140 }).match(/^ {3}high .*$/gm)).toMatchInlineSnapshot(`
      [
        "   high  CVE-2024-6119  libssl3 3.0.11-1~deb12u2 → 3.0.14-1~deb12u2  base, layer 2  exploited",
        "   high      CVE-2023-44487    golang.org/x/net v0.7.0 → 0.17.0             app, /srv/cart/bin/cart",
        "   high  AWS access key AKIA…3F7Q  /srv/cart/.env:3  app, layer 4: COPY . /srv/cart",
      ]
    `);
  });

  it('passes quietly, but says what was looked at', async () => {
    const calm = makeRecord({ packages: [{ name: 'tini', ecosystem: 'Debian:13' }] });
    expect(
      renderTable({ ...plain, record: calm, verdict: await cartVerdict(calm), columns: 80 }).replace(
        /policy [0-9a-f]{8} ·/,
        'policy 1a2b3c4d ·',
      ),
    ).toMatchInlineSnapshot(`
      "cart:1.8.2  sha256:000000…0000  linux/amd64  1.0 MB in 1 layer
      base base:1 (layer 1) · Debian GNU/Linux 13, supported until 2999-12-31

       PASS   policy production, scope default: all 19 rules hold

       no known vulnerabilities in 1 package (Debian:13)
       no secrets in 10 files
       1 package · 0 advisories apply · 0 executables · 0 setuid files
       advisories 24 h old · policy 1a2b3c4d · plimsoll
      "
    `);
  });

  it('speaks of known vulnerabilities only where packages were looked up', () => {
    const said = (packages: readonly object[], covered: readonly string[], uncovered: readonly string[]) =>
      renderTable({ ...plain, record: makeRecord({ packages, advisories: { covered, uncovered } }), columns: 120 })
        .split('\n')
        .filter((line) => line.includes('vulnerabilities'));
    const [deb, npm, none] = [{ ecosystem: 'Debian:13' }, { ecosystem: 'npm' }, { ecosystem: undefined, type: 'rpm' }];
    expect(said([deb, npm], ['Debian:13'], ['npm'])).toEqual([
      ' no known vulnerabilities in 1 package (Debian:13)',
      ' vulnerabilities unknown for 1 package: the database has no advisories for npm',
    ]);
    expect(said([npm], [], ['npm'])).toEqual([
      ' vulnerabilities unknown for 1 package: the database has no advisories for npm',
    ]);
    expect(said([none], [], [])).toEqual([
      ' vulnerabilities unknown for 1 package of type rpm: nobody whose advisories are read speaks of them',
    ]);
    expect(said([], [], [])).toEqual([' no packages whose vulnerabilities could be looked up']);
  });

  it('names policy and VEX statements by their digests', () => {
    const judged = { ...verdict, policy: { name: 'x', digest: `sha256:${'1a'.repeat(32)}` } };
    const lastLine = (vex: object) =>
      renderTable({ ...plain, record, verdict: { ...judged, ...vex }, columns: 80 })
        .split('\n')
        .at(-2);
    expect([lastLine({}), lastLine({ vexDigest: `sha256:${'2b'.repeat(32)}` })]).toEqual([
      ' advisories 6 h old · policy 1a1a1a1a · plimsoll',
      ' advisories 6 h old · policy 1a1a1a1a · VEX 2b2b2b2b · plimsoll',
    ]);
  });

  it('is loud where nobody can tell: no advisories, stale ones, no operating system, support over', async () => {
    const blind = makeRecord({ advisories: null, operatingSystem: null, base: null, packages: [{}] });
    expect(
      renderTable({ ...plain, record: blind, verdict: await cartVerdict(blind), columns: 80 }).replace(
        /policy [0-9a-f]{8} ·/,
        'policy 1a2b3c4d ·',
      ),
    ).toMatchInlineSnapshot(`
      "cart:1.8.2  sha256:000000…0000  linux/amd64  1.0 MB in 1 layer
      base unknown (--base names it) · operating system: none found

       CANNOT TELL   policy production, scope default: 5 of 19 rules cannot tell

       cannot tell
         known-exploited: which vulnerabilities apply: no advisory database was used
           mend  plimsoll db update (or db import), then scan again
         supported-operating-system: which operating system this is: it has packages
           of an operating system but no release file that is understood
           mend  keep /etc/os-release in the image

       the policy only warns of
       known-base  1 finding: nobody knows what the image is built on
         medium  the base image is not known
         mend  scan with --base REFERENCE, or build with the annotations
                 org.opencontainers.image.base.name and .base.digest

       vulnerabilities unknown: 1 package not looked up, there was no advisory
         database
       no secrets in 10 files
       1 package · 0 executables · 0 setuid files
       no advisory database · policy 1a2b3c4d · plimsoll
      "
    `);
    const old = makeRecord({
      operatingSystem: {
        id: 'debian',
        version: '10.13',
        prettyName: 'Debian GNU/Linux 10 (buster)',
        supportEnd: '2024-06-30',
      },
      advisories: { builtAt: '2025-11-01T00:00:00Z' },
    });
    const text = renderTable({ ...plain, record: old, columns: 80 });
    expect(text).toContain('Debian GNU/Linux 10.13, support ended 2024-06-30 (550 d ago)');
    expect(text).toContain('advisories 61 d old, stale (plimsoll db update)');
    expect(text).toContain(' NOT JUDGED   no policy was asked');
  });

  it('says what an SBOM cannot tell', () => {
    const sbom = makeRecord({ image: { kind: 'sbom' }, layers: [], base: null });
    const text = renderTable({ ...plain, record: sbom, columns: 80 });
    expect(text).toContain('from an SBOM, image not opened');
    expect(text).toContain(' secrets, executables and accounts unknown: an SBOM does not hold the files');
    expect(text).not.toContain('no secrets');
  });

  it('puts binary packages of one source together and names the fix that closes all', () => {
    const deb = (id: string, name: string, source?: object): object => ({
      id,
      name,
      version: '1-1',
      scheme: 'deb',
      ...(source && { source }),
    });
    const found = (packageId: string, packageName: string, version: string): object => ({
      kind: 'vulnerability',
      packageId,
      packageName,
      packageVersion: '1-1',
      advisory: `CVE-2025-${version.replace(/\D/g, '')}`,
      fix: { state: 'fixed', version },
      place: { path: '/var/lib/dpkg/status' },
    });
    const grouped = makeRecord({
      packages: [deb('a', 'apt'), deb('b', 'libapt', { name: 'apt', version: '1-1' }), deb('c', 'other')],
      findings: [found('a', 'apt', '1-9'), found('b', 'libapt', '1-10'), found('c', 'other', '1-2')],
    });
    expect(renderTable({ ...plain, record: grouped, columns: 80 }).match(/^ {3}high .*$/gm)).toEqual([
      '   high  CVE-2025-19 +1  apt +1 1-1 → 1-10  app, layer 1',
      '   high  CVE-2025-12     other 1-1 → 1-2    app, layer 1',
    ]);
  });

  it('lists ten packages and counts the rest, and says what a filter leaves out', () => {
    const findings = Array.from({ length: 47 }, (_, i) => ({
      kind: 'vulnerability',
      packageId: `p${i}`,
      packageName: `package-${String(i).padStart(2, '0')}`,
      advisory: `CVE-2025-${1000 + i}`,
      severity: i < 40 ? 'high' : 'low',
    }));
    const many = makeRecord({ findings });
    expect(renderTable({ ...plain, record: many, columns: 80 })).toContain(
      '   and 37 more (--format json lists them)\n',
    );
    expect(
      renderTable({ ...plain, record: many, columns: 80, severityAtLeast: 'critical', ignoreUnfixed: true }),
    ).toContain(' 47 more findings not listed because of --severity critical, --ignore-unfixed\n');
  });

  it('never wraps a row, whatever the width, and never lets an image steer the terminal', () => {
    const evil = '\u001b[2J\u202e\u0007\u009b\n\udc80\u200b漢字';
    const nasty = makeRecord({
      image: { platform: evil },
      operatingSystem: { id: evil, prettyName: evil, version: evil },
      layers: [{ index: 0, diffId: record.image.digest, sizeBytes: 1, entries: 1, owner: 'app', instruction: evil }],
      findings: record.findings.map((finding) => ({
        ...finding,
        title: evil,
        ...(finding.kind === 'vulnerability' ? { packageName: evil.repeat(9), advisory: evil } : {}),
        place: { ...finding.place, path: `/${evil.repeat(20)}`, instruction: evil.repeat(9) },
      })),
      problems: [{ code: 'x', message: evil, path: `/${evil}`, source: evil, hides: 'all' }],
    });
    const judged = { ...verdict, policy: { ...verdict.policy, name: evil }, scope: evil };
    for (const columns of [40, 80, 131]) {
      const text = renderTable({ ...plain, reference: evil, record: nasty, verdict: judged, columns });
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\ud800-\udfff]/);
      const rows = text.split('\n').filter((line) => /^ {3}(?:high|critical|medium) /.test(line));
      expect(rows.length).toBeGreaterThan(2);
      for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(columns);
    }
  });

  it('says the same without colour as with it', () => {
    const colored = renderTable({ ...plain, record, verdict, columns: 100, color: true });
    expect(colored).toContain('\u001b[41m');
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderTable({ ...plain, record, verdict, columns: 100 }));
  });

  it('gives the same bytes for the same input, in every format', () => {
    const all = (): string[] => [
      renderTable({ ...plain, record, verdict, columns: 80 }),
      renderJson({ record, verdict }),
      renderSarif({ record, verdict }),
    ];
    expect(all()).toEqual(all());
  });
});

describe('JSON', () => {
  it('is the record and the verdict, pretty or in one line, with a newline at the end', () => {
    expect(JSON.parse(renderJson({ record, verdict }))).toEqual(JSON.parse(JSON.stringify({ record, verdict })));
    expect(renderJson({ record }, { pretty: false })).toBe(`${JSON.stringify({ record })}\n`);
  });
});

describe('SARIF', () => {
  interface Sarif {
    readonly version: string;
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly unknown[];
      }[];
      readonly invocations: readonly unknown[];
    }[];
  }
  const sarif = JSON.parse(renderSarif({ record, verdict })) as Sarif;
  const run = sarif.runs[0]!;

  it('has the parts that SARIF 2.1.0 and its readers require, each result pointing at its rule', () => {
    expect(sarif.version).toBe('2.1.0');
    expect(run.tool.driver.name).toBe('plimsoll');
    expect(run.results.map(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId)).toEqual(
      run.results.map(() => true),
    );
    expect(new Set(run.tool.driver.rules.map(({ id }) => id)).size).toBe(run.tool.driver.rules.length);
    for (const { level, message } of run.results) {
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).not.toBe('');
    }
  });

  it('words a vulnerability and a secret with place, layer, owner and fingerprint', () => {
    expect(run.results.filter(({ ruleId }) => ruleId === 'CVE-2023-44487' || ruleId.startsWith('secret/')))
      .toMatchInlineSnapshot(`
      [
        {
          "level": "error",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "sha256:2222222222222222222222222222222222222222222222222222222222222222",
                  "kind": "module",
                  "name": "layer 3",
                },
                {
                  "kind": "namespace",
                  "name": "app",
                },
              ],
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "srv/cart/bin/cart",
                  "uriBaseId": "IMAGEROOT",
                },
              },
            },
          ],
          "message": {
            "text": "golang.org/x/net v0.7.0: CVE-2023-44487 (high), fixed in 0.17.0. go get golang.org/x/net@v0.17.0",
          },
          "partialFingerprints": {
            "plimsollFinding/v1": "vulnerability-0000000000000004",
          },
          "properties": {
            "aliases": [
              "GHSA-qppj-fm5r-hxr3",
              "GO-2023-2102",
            ],
            "fixState": "fixed",
            "knownExploited": false,
            "layer": 2,
            "owner": "app",
            "package": "golang.org/x/net",
            "policyRules": [
              "fixable-severity",
            ],
            "severity": "high",
            "version": "v0.7.0",
          },
          "ruleId": "CVE-2023-44487",
          "ruleIndex": 0,
        },
        {
          "level": "error",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "sha256:3333333333333333333333333333333333333333333333333333333333333333",
                  "kind": "module",
                  "name": "layer 4",
                },
                {
                  "kind": "namespace",
                  "name": "app",
                },
              ],
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "srv/cart/.env",
                  "uriBaseId": "IMAGEROOT",
                },
                "region": {
                  "startLine": 3,
                },
              },
            },
          ],
          "message": {
            "text": "AWS access key AKIA…3F7Q. add .env to .dockerignore, rebuild, revoke the credential",
          },
          "partialFingerprints": {
            "plimsollFinding/v1": "secret-0000000000000005",
          },
          "properties": {
            "deletedIn": 4,
            "layer": 3,
            "owner": "app",
            "policyRules": [
              "no-secrets",
            ],
            "severity": "high",
          },
          "ruleId": "secret/aws-access-key-id",
          "ruleIndex": 4,
        },
      ]
    `);
    expect(run.tool.driver.rules.find(({ id }) => id === 'CVE-2024-6119')).toMatchInlineSnapshot(`
      {
        "defaultConfiguration": {
          "level": "error",
        },
        "helpUri": "https://security-tracker.debian.org/tracker/CVE-2024-6119",
        "id": "CVE-2024-6119",
        "name": "vulnerability",
        "properties": {
          "security-severity": "7.5",
          "tags": [
            "security",
            "vulnerability",
          ],
        },
        "shortDescription": {
          "text": "CVE-2024-6119: Denial of service in X.509 name checks",
        },
      }
    `);
    expect(run.invocations).toMatchInlineSnapshot(`
      [
        {
          "executionSuccessful": true,
          "toolExecutionNotifications": [
            {
              "descriptor": {
                "id": "archive-too-deep",
              },
              "level": "warning",
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "opt/legacy/app.jar",
                      "uriBaseId": "IMAGEROOT",
                    },
                  },
                },
              ],
              "message": {
                "text": "archives nested deeper than 8",
              },
            },
          ],
        },
      ]
    `);
  });
});

describe('text for terminals', () => {
  it('makes visible what would deceive, and leaves the rest', () => {
    expect(visibleText('a\u001b[31m\t\u202eb\udc80\ufeffé漢')).toBe('a\\x1b[31m\\t\\u202eb\\x80\\ufeffé漢');
  });

  it('cuts to the columns it was given, wide characters and marks counted as terminals do', () => {
    expect(cutMiddle('/usr/lib/node_modules/left-pad/index.js', 20)).toBe('/usr/lib/…d/index.js');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 0, max: 50 }), (text, columns) => {
        expect(textWidth(cutMiddle(visibleText(text), columns))).toBeLessThanOrEqual(columns);
      }),
      fuzz(3000),
    );
  });

  it('words sizes and ages', () => {
    expect([0, 999, 1000, 9_940, 118_000_000, 999_600_000, 2_000_000_000].map(bytesText)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '9.9 kB',
      '118 MB',
      '1.0 GB',
      '2.0 GB',
    ]);
    expect(
      ['2026-01-01T00:00:00Z', '2025-12-31T23:30:00Z', '2025-12-31T00:00:00Z', '2025-12-01T00:00:00Z', 'x'].map(
        (since) => ageText(since, now),
      ),
    ).toEqual(['0 min', '30 min', '24 h', '31 d', undefined]);
  });
});
