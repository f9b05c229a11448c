import pg from 'pg';

const bigint = 20;
const timestamptz = 1184;
const date = 1082;

/**
 * How values come out of the database: counts as numbers (none of ours passes 2^53), times as RFC 3339 with milliseconds, days as
 * `YYYY-MM-DD`.
 */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary') {
      if (oid === bigint) return Number;
      if (oid === timestamptz) return (text: string) => new Date(text).toISOString();
      if (oid === date) return (text: string) => text;
    }
    return pg.types.getTypeParser(oid, format as 'text') as unknown;
  }) as pg.CustomTypesConfig['getTypeParser'],
};
