import { CodedError } from '../../model/index.ts';

/** SQLSTATE classes and codes (PostgreSQL's Appendix A) by what they mean to us. */
const fullDisk = new Set(['53100', '53200']);
const goneStates = new Set(['57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006', '53300', '25P04']);
const goneCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);

/** Whether an error says that the connection or the server has gone: the same again may go well. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof CodedError) return error.code === 'store-unreachable';
  const { code, message = '' } = error as { code?: string; message?: string };
  if (code !== undefined) return goneStates.has(code) || goneCodes.has(code);
  return /^(?:Connection terminated|Client has encountered a connection error|timeout expired|Query read timeout)/.test(
    message,
  );
}

/** What PostgreSQL says, in our words where the reader can do something about it. */
export function storeError(error: unknown): unknown {
  if (error instanceof CodedError || !(error instanceof Error)) return error;
  const { code = '' } = error as { code?: string };
  if (fullDisk.has(code))
    return new CodedError('store-full', `the database has no room left: ${error.message}`, {
      hint: 'make room on its disk; nothing that was confirmed is lost',
      cause: error,
    });
  if (isConnectionLost(error))
    return new CodedError('store-unreachable', `the database can't be reached: ${error.message || code}`, {
      cause: error,
    });
  if (code === '28P01' || code === '28000' || code === '3D000')
    return new CodedError('store-refused', `the database does not let us in: ${error.message}`, {
      hint: 'PLIMSOLL_DATABASE_URL is postgres://USER:PASSWORD@HOST:PORT/DATABASE',
      cause: error,
    });
  return error;
}
