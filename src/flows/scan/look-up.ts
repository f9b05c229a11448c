import path from 'node:path';
import { matchAdvisories, openAdvisoryDatabase } from '../../advisories/index.ts';
import { CodedError, type ImageRecord } from '../../model/index.ts';
import { withFindings } from '../../record/index.ts';

/**
 * The record with what the database says of its packages; undefined where there is no database and the user named none.
 */
export function lookUp(record: ImageRecord, file: string, isAsked: boolean): ImageRecord | undefined {
  const database = open(file, isAsked);
  if (database === undefined) return undefined;
  try {
    const { findings, coverage, problems } = matchAdvisories(database, record);
    return withFindings({ ...record, advisories: coverage, problems: [...record.problems, ...problems] }, findings);
  } finally {
    database.close();
  }
}

function open(file: string, isAsked: boolean): ReturnType<typeof openAdvisoryDatabase> | undefined {
  try {
    return openAdvisoryDatabase(path.resolve(file));
  } catch (error) {
    if (!isAsked && error instanceof CodedError && error.code === 'advisory-database-missing') return undefined;
    throw error;
  }
}
