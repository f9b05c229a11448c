import path from 'node:path';
import { CodedError } from '../../model/index.ts';
import type { ImageRecord, Verdict } from '../../model/index.ts';
import {
  compareVerdict,
  findPreset,
  judge,
  judgingStub,
  parsePolicyTests,
  preparePolicy,
  recordFromStub,
} from '../../policy/index.ts';
import type { PolicyCase, PreparedPolicy } from '../../policy/index.ts';
import { readPolicyFile } from './load-policy.ts';
import { loadVex } from './load-vex.ts';
import { readText } from './read-text.ts';

/** What became of one case. */
export interface CaseResult {
  readonly policy: string;
  readonly name: string;
  /** In what the verdict differs from what was expected; empty where it does not. */
  readonly differences: readonly string[];
  readonly verdict?: Verdict;
}

const largestTestBytes = 4 * 1024 * 1024;
const largestRecordBytes = 256 * 1024 * 1024;

/**
 * Runs the cases of a test file, one after the other; file names in it are relative to it. Throws what reading the test
 * file or the policy throws; what is wrong with one case becomes its difference.
 */
export async function* runPolicyTests(file: string): AsyncGenerator<CaseResult> {
  const folder = path.dirname(file);
  for (const test of await parsePolicyTests(await readText(file, largestTestBytes), file)) {
    const policy = findPreset(test.policy) ?? (await readPolicyFile(path.resolve(folder, test.policy)));
    const prepared = await preparePolicy(policy);
    for (const item of test.cases) yield await runCase(item, prepared, folder);
  }
}

async function runCase(item: PolicyCase, policy: PreparedPolicy, folder: string): Promise<CaseResult> {
  const { name, expect } = item;
  try {
    const { statements: vex, complaints } =
      item.vex === undefined ? { statements: [], complaints: [] } : await loadVex([path.resolve(folder, item.vex)]);
    const record = await recordOf(item, folder);
    const verdict = judgingStub(name, () => judge(record, policy, { ...item.context, vex }));
    return {
      policy: policy.policy.name,
      name,
      differences: [...complaints, ...compareVerdict(verdict, expect)],
      verdict,
    };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return {
      policy: policy.policy.name,
      name,
      differences: [error.hint === undefined ? error.message : `${error.message} (${error.hint})`],
    };
  }
}

/** A record from a file is what `scan --format json` prints: the record, or an object that holds it. */
async function recordOf({ record, context }: PolicyCase, folder: string): Promise<ImageRecord> {
  if (typeof record !== 'string') return recordFromStub(record, context.now);
  const file = path.resolve(folder, record);
  let value: unknown;
  try {
    value = JSON.parse(await readText(file, largestRecordBytes));
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('bad-record-stub', `${file} is not JSON`, { cause: error });
  }
  const inner = typeof value === 'object' && value !== null && 'record' in value ? value.record : value;
  if (typeof inner !== 'object' || inner === null || !('schemaVersion' in inner) || !('findings' in inner))
    throw new CodedError('bad-record-stub', `${file} holds no record`);
  return inner as ImageRecord;
}
