/**
 * A scan that somebody asked the server for, done by a program of its own: what a hostile image does to memory or time happens there.
 */
export { checkScanReference } from './check-reference.ts';
export type { SourceAccess } from './source-access.ts';
export { runProgram } from './run-program.ts';
export { type ScanInProcess, scanInProcess } from './scan-in-process.ts';
