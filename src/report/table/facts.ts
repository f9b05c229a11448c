import type { ImageRecord, Verdict } from '../../model/index.ts';
import { ageText, bytesText, counted, daysSince, shortDigest } from '../units.ts';
import { flowLine } from './rows.ts';
import type { TableInput } from './table-input.ts';

/** Older than this, advisories are called stale. A policy's own limit is the judge's business. */
const staleDays = 7;

/** The image in numbers, then what the report was made with: the last lines. */
export function factLines(input: TableInput): string[] {
  const { record, verdict, now, columns, timings } = input;
  const seconds =
    timings === undefined
      ? ''
      : timings.totalMs < 1000
        ? `${Math.round(timings.totalMs)} ms`
        : `${(timings.totalMs / 1000).toFixed(1)} s`;
  const made = [
    advisoryAge(record, now),
    verdict === undefined ? 'no policy' : `policy ${eightDigits(verdict.policy.digest)}`,
    verdict?.vexDigest === undefined ? '' : `VEX ${eightDigits(verdict.vexDigest)}`,
    verdict?.evidenceDigest === undefined ? '' : `evidence ${eightDigits(verdict.evidenceDigest)}`,
    record.engine,
    seconds,
  ];
  const parts = timings?.parts?.map(({ name, ms }) => `${name} ${Math.round(ms)} ms`) ?? [];
  return [
    ...flowLine(contents(record, verdict), columns, ' '),
    ...flowLine(made, columns, ' '),
    ...flowLine(parts, columns, ' '),
  ];
}

function eightDigits(digest: string): string {
  return shortDigest(digest).replace(/^sha256:(.{8}).*$/, '$1');
}

function contents(record: ImageRecord, verdict: Verdict | undefined): string[] {
  const setuid = record.executables.filter(({ mode }) => (mode & 0o4000) !== 0).length;
  const advisories = new Set(
    record.findings.flatMap((finding) => (finding.kind === 'vulnerability' ? [finding.advisory] : [])),
  ).size;
  const waived = verdict?.waived.length ?? 0;
  const bloat = record.findings.reduce((sum, finding) => sum + (finding.kind === 'bloat' ? finding.sizeBytes : 0), 0);
  const files = record.image.kind !== 'sbom';
  return [
    counted(record.packages.length, 'package'),
    record.advisories === undefined ? '' : `${counted(advisories, 'advisory applies', 'advisories apply')}`,
    waived === 0 ? '' : `${waived} waived`,
    files ? counted(record.executables.length, 'executable') : '',
    files ? counted(setuid, 'setuid file') : '',
    bloat === 0 ? '' : `${bytesText(bloat)} that nothing needs`,
  ];
}

function advisoryAge({ advisories }: ImageRecord, now: Date): string {
  if (advisories === undefined) return 'no advisory database';
  const age = ageText(advisories.builtAt, now);
  if (age === undefined) return 'advisories of unknown age';
  const stale = (daysSince(advisories.builtAt, now) ?? 0) >= staleDays;
  return `advisories ${age} old${stale ? ', stale (plimsoll db update)' : ''}`;
}
