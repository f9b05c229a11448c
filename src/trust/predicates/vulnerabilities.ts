import type { ImageRecord } from '../../model/index.ts';
import { member, textAt } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';

/** The result of a vulnerability scan (cosign, COSIGN_VULN_ATTESTATION_SPEC.md). */
export const vulnerabilities: PredicateKind = {
  names: ['vuln', 'vulnerabilities'],
  types: ['https://cosign.sigstore.dev/attestation/vuln/v1'],
  summary: 'which advisories apply (cosign’s vuln), made by a scan',
  read(predicate) {
    const scanner = textAt(predicate, 'scanner', 'uri');
    const scannedAt = textAt(predicate, 'metadata', 'scanFinishedOn');
    return {
      kind: 'vulnerabilities',
      scanner: scanner ?? 'unknown',
      ...(scannedAt === undefined ? {} : { scannedAt }),
    };
  },
  complaint: (predicate) =>
    member(predicate, 'scanner') === undefined ? 'a vuln predicate has scanner and metadata' : undefined,
};

/** The predicate that a scan of ours makes. */
export function vulnerabilityPredicate(record: ImageRecord, now: Date): object {
  const [name = 'plimsoll', version = ''] = record.engine.split(' ');
  const { advisories } = record;
  const found = record.findings.filter((finding) => finding.kind === 'vulnerability');
  return {
    invocation: { parameters: [], uri: '', event_id: '', 'builder.id': '' },
    scanner: {
      uri: name,
      version,
      db: {
        uri: advisories?.databaseDigest ?? '',
        version: advisories?.builtAt ?? '',
        lastUpdate: advisories?.builtAt ?? '',
      },
      result: {
        vulnerabilities: found.map((finding) => ({
          id: finding.advisory,
          aliases: finding.aliases,
          severity: finding.severity,
          package: { name: finding.packageName, version: finding.packageVersion },
          fix: finding.fix,
          ...(finding.exploited === undefined ? {} : { exploited: finding.exploited }),
        })),
      },
    },
    metadata: { scanStartedOn: now.toISOString(), scanFinishedOn: now.toISOString() },
  };
}
