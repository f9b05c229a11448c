/**
 * Files on disk to policies, waivers, VEX statements and records, and the tests of a policy run over them. Reads files
 * that the user names and nothing else; judging itself is policy's.
 */
export { checkPolicyFile, loadPolicy, readPolicyFile, textOfPolicy } from './load-policy.ts';
export type { PolicyFile } from './load-policy.ts';
export { loadVex } from './load-vex.ts';
export { readBytes, readText } from './read-text.ts';
export { runPolicyTests } from './run-policy-tests.ts';
export type { CaseResult } from './run-policy-tests.ts';
