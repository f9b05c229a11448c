import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { CodedError } from '../../model/index.ts';

/** How far an export has come: what another run goes on from. */
export interface ExportCursor {
  readonly ledger: string;
  /** The last entry that was delivered. */
  readonly sequence: number;
  /** Bytes of the file up to there; what stands behind them is of a run that was cut off. */
  readonly bytes: number;
}

/** Reads it; undefined where there is none yet. @throws CodedError `ledger-cursor-unusable` */
export function readExportCursor(file: string): ExportCursor | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { ledger, sequence, bytes } = JSON.parse(readFileSync(file, 'utf8')) as ExportCursor;
    if (typeof ledger === 'string' && Number.isSafeInteger(sequence) && Number.isSafeInteger(bytes))
      return { ledger, sequence, bytes };
  } catch (cause) {
    throw unusable(file, (cause as Error).message, cause);
  }
  throw unusable(file, 'it does not say how far the export has come');
}

/** Writes it, whole or not at all. */
export function writeExportCursor(file: string, cursor: ExportCursor): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(cursor)}\n`, { flush: true });
    renameSync(temporary, file);
  } catch (cause) {
    throw unusable(file, (cause as Error).message, cause);
  }
}

function unusable(file: string, why: string, cause?: unknown): CodedError {
  return new CodedError('ledger-cursor-unusable', `the cursor ${file} can't be used: ${why}`, {
    hint: 'remove it to export all of the ledger again',
    ...(cause === undefined ? {} : { cause }),
  });
}
