import { writeCycloneDx, writeSpdx } from '../../record/index.ts';
import { type PredicateKind, verdictPredicate, vulnerabilityPredicate } from '../../trust/index.ts';
import { CodedError } from '../../model/index.ts';
import { assess, judgeRecord, type JudgeOptions, scanContents, type ScanOptions } from '../scan/index.ts';
import type { AttestedImage } from './attest-image.ts';

export interface ScanPredicateOptions {
  readonly scan: ScanOptions;
  readonly databasePath: string;
  readonly databaseIsAsked: boolean;
  readonly judge: Omit<JudgeOptions, 'now' | 'reference'>;
}

/** Kinds whose predicate a scan makes. */
export const scannedTypes: readonly string[] = ['verdict', 'cyclonedx', 'spdx', 'vuln'];

/** Scans an image by its digest and makes the predicate that says what was found. @throws CodedError */
export async function predicateOfScan(
  { reference }: AttestedImage,
  kind: PredicateKind,
  { scan, databasePath, databaseIsAsked, judge }: ScanPredicateOptions,
): Promise<unknown> {
  const scanned = await scanContents(`registry:${reference}`, scan);
  const name = kind.names[0];
  if (name === 'cyclonedx') return JSON.parse(writeCycloneDx(await scanned.record(), { reference }));
  if (name === 'spdx') return JSON.parse(writeSpdx(await scanned.record(), { reference }));
  const record = await assess(scanned, { ...scan, databasePath, databaseIsAsked });
  if (name === 'vuln') {
    if (record.advisories === undefined)
      throw new CodedError('advisory-database-missing', `there is no advisory database at ${databasePath}`, {
        hint: 'plimsoll db update fetches the public advisories; plimsoll db import PATH takes files',
      });
    return vulnerabilityPredicate(record, scan.now);
  }
  if (name !== 'verdict')
    throw new CodedError('no-predicate', `nothing says what the attestation of type ${name ?? ''} states`, {
      kind: 'usage',
      hint: `--predicate FILE; a scan makes ${scannedTypes.join(', ')}`,
    });
  const { verdict } = await judgeRecord(record, { ...judge, now: scan.now, reference });
  return verdictPredicate(verdict, { resource: reference, now: scan.now });
}
