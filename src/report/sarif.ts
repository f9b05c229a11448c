import type { Finding, ImageRecord, Place, Severity, Verdict, Violation } from '../model/index.ts';
import { visibleText } from './visible-text.ts';

/** What SARIF (2.1.0, § 3.27.10) calls each severity. */
const levels = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  negligible: 'note',
  unknown: 'warning',
} as const satisfies Record<Severity, 'error' | 'warning' | 'note'>;

/** A number for those who sort by one (`security-severity`), where no CVSS score says better. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.5',
  negligible: '0.1',
  unknown: '0.0',
};

interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * Findings as SARIF 2.1.0 with a newline at the end: one rule for each advisory or check, a location with path, layer and
 * owner, a fingerprint that outlives versions. What the verdict objects to keeps its level, what it waives is
 * suppressed, problems become notifications. The same bytes for the same input.
 */
export function renderSarif({ record, verdict }: { readonly record: ImageRecord; readonly verdict?: Verdict }): string {
  const findings = record.findings.filter(({ kind }) => kind !== 'bloat');
  const rules = rulesOf(findings);
  const index = new Map(rules.map(({ id }, i) => [id, i]));
  const violations = groupByFinding([...(verdict?.violations ?? []), ...(verdict?.warnings ?? [])]);
  const waived = new Map(verdict?.waived.map((each) => [each.violation.findingId, each.waiver]) ?? []);
  const version = /^\S+ (\S+)$/.exec(record.engine)?.[1];
  const run = {
    tool: {
      driver: {
        name: 'plimsoll',
        ...(version === undefined
          ? {}
          : { version, ...(/^\d+\.\d+\.\d+/.test(version) ? { semanticVersion: version } : {}) }),
        rules,
      },
    },
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => ({
      ruleId: ruleId(finding),
      ruleIndex: index.get(ruleId(finding)),
      level: levels[finding.severity],
      message: { text: messageOf(finding, violations.get(finding.id) ?? []) },
      locations: [locationOf(finding, record)],
      partialFingerprints: { 'plimsollFinding/v1': finding.id },
      ...suppressionOf(waived.get(finding.id)),
      properties: propertiesOf(finding, violations.get(finding.id) ?? []),
    })),
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: record.problems.map((problem) => ({
          descriptor: { id: problem.code },
          level: problem.hides === 'nothing' ? 'note' : 'warning',
          message: { text: visibleText(problem.message) },
          ...(problem.path === undefined ? {} : { locations: [physicalLocation({ path: problem.path })] }),
        })),
      },
    ],
    automationDetails: { id: `plimsoll/${record.image.digest}` },
    properties: {
      imageDigest: record.image.digest,
      ...(record.image.platform === undefined ? {} : { platform: record.image.platform }),
      ...(record.advisories === undefined ? {} : { advisoryDatabase: record.advisories.databaseDigest }),
      ...(verdict === undefined
        ? {}
        : {
            verdict: verdict.result,
            policy: verdict.policy.name,
            policyDigest: verdict.policy.digest,
            ...(verdict.vexDigest === undefined ? {} : { vexDigest: verdict.vexDigest }),
            ...(verdict.evidenceDigest === undefined ? {} : { evidenceDigest: verdict.evidenceDigest }),
            scope: verdict.scope,
          }),
    },
  };
  const document = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function ruleId(finding: Finding): string {
  switch (finding.kind) {
    case 'vulnerability':
      return finding.advisory;
    case 'secret':
      return `secret/${finding.rule}`;
    case 'private-key':
      return `private-key/${finding.format}`;
    case 'misconfiguration':
      return `misconfiguration/${finding.check}`;
    case 'bloat':
      return `bloat/${finding.category}`;
  }
}

/** One rule for each id, with the gravest severity of its findings, sorted by id. */
function rulesOf(findings: readonly Finding[]): SarifRule[] {
  const byId = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byId.get(ruleId(finding));
    if (known === undefined || Number(scoreOf(finding)) > Number(scoreOf(known))) byId.set(ruleId(finding), finding);
  }
  return [...byId]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, finding]) => ({
      id,
      name: finding.kind,
      shortDescription: {
        text: visibleText(finding.kind === 'vulnerability' ? `${id}: ${finding.title}` : finding.title),
      },
      ...(finding.kind === 'vulnerability' && isWebAddress(finding.reference) ? { helpUri: finding.reference } : {}),
      defaultConfiguration: { level: levels[finding.severity] },
      properties: { 'security-severity': scoreOf(finding), tags: ['security', finding.kind] },
    }));
}

/** Only addresses that a URI parser takes and a person may follow. */
function isWebAddress(text: string | undefined): text is string {
  return text !== undefined && /^https?:\/\/[\w.-]+(?::\d+)?(?:[/?#][\w./?#&=%~:@!$'()*+,;-]*)?$/.test(text);
}

function scoreOf(finding: Finding): string {
  return finding.kind === 'vulnerability' && finding.cvss !== undefined
    ? finding.cvss.score.toFixed(1)
    : scores[finding.severity];
}

function messageOf(finding: Finding, violations: readonly Violation[]): string {
  const mends = [...new Set(violations.flatMap(({ mend }) => (mend === undefined ? [] : [mend])))];
  return visibleText([subjectOf(finding), ...mends].join('. '));
}

function subjectOf(finding: Finding): string {
  if (finding.kind === 'vulnerability') {
    const { advisory, severity, packageName, packageVersion, fix } = finding;
    const fixed =
      fix.version === undefined
        ? { fixed: 'fixed', 'not-fixed': 'no fix yet', 'wont-fix': "won't be fixed", unknown: 'fix unknown' }[fix.state]
        : `fixed in ${fix.version}`;
    return `${packageName} ${packageVersion}: ${advisory} (${severity}), ${fixed}`;
  }
  if (finding.kind === 'secret') return `${finding.title} ${finding.redacted}`;
  return finding.title;
}

function locationOf({ place }: Finding, record: ImageRecord): object {
  const layer = place.layer === undefined ? undefined : record.layers[place.layer];
  const inside = place.configuration ?? place.innerPath;
  const logical = [
    ...(place.layer === undefined
      ? []
      : [
          {
            name: `layer ${place.layer + 1}`,
            kind: 'module',
            fullyQualifiedName: layer?.diffId ?? `layer ${place.layer + 1}`,
          },
        ]),
    { name: place.owner, kind: 'namespace' },
    ...(inside === undefined ? [] : [{ name: visibleText(inside), kind: 'member' }]),
  ];
  return { ...(place.path === undefined ? {} : physicalLocation(place)), logicalLocations: logical };
}

/** Paths are relative to the image's root, as SARIF wants of what is no file of the reader's. */
function physicalLocation({ path, line }: Pick<Place, 'path' | 'line'>): object {
  const uri = (path ?? '')
    .split('/')
    .filter(Boolean)
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri: uri === '' ? '.' : uri, uriBaseId: 'IMAGEROOT' },
      ...(line === undefined || line < 1 ? {} : { region: { startLine: line } }),
    },
  };
}

function propertiesOf(finding: Finding, violations: readonly Violation[]): object {
  const { place } = finding;
  return {
    severity: finding.severity,
    owner: place.owner,
    ...(place.layer === undefined ? {} : { layer: place.layer }),
    ...(place.deletedIn === undefined ? {} : { deletedIn: place.deletedIn }),
    ...(finding.kind === 'vulnerability'
      ? {
          package: finding.packageName,
          version: finding.packageVersion,
          aliases: finding.aliases,
          fixState: finding.fix.state,
          knownExploited: finding.exploited !== undefined,
        }
      : {}),
    ...(violations.length === 0 ? {} : { policyRules: [...new Set(violations.map(({ rule }) => rule))] }),
  };
}

function suppressionOf(waiver: Verdict['waived'][number]['waiver'] | undefined): object {
  if (waiver === undefined) return {};
  return {
    suppressions: [
      { kind: 'external', status: 'accepted', justification: `${waiver.id}, ${waiver.owner}: ${waiver.reason}` },
    ],
  };
}

function groupByFinding(violations: readonly Violation[]): ReadonlyMap<string, readonly Violation[]> {
  const groups = new Map<string, Violation[]>();
  for (const violation of violations) {
    if (violation.findingId === undefined) continue;
    const group = groups.get(violation.findingId);
    if (group === undefined) groups.set(violation.findingId, [violation]);
    else group.push(violation);
  }
  return groups;
}
