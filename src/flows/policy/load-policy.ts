import {
  documentKinds,
  findPreset,
  parsePolicy,
  parsePolicyTests,
  parseWaivers,
  policyText,
  preparePolicy,
  presets,
  withWaivers,
} from '../../policy/index.ts';
import type { Policy, PolicyTest, Waiver } from '../../policy/index.ts';
import { CodedError } from '../../model/index.ts';
import { readText } from './read-text.ts';

const largestBytes = 4 * 1024 * 1024;

/**
 * The policy that a user names: a built-in one by its name, else a file; with the waivers of further files. Throws
 * `file-unreadable`, `invalid-policy` (with line and column) or `policy-too-large`.
 */
export async function loadPolicy(nameOrFile: string, waiverFiles: readonly string[] = []): Promise<Policy> {
  let policy = findPreset(nameOrFile) ?? (await readPolicyFile(nameOrFile));
  for (const file of waiverFiles)
    policy = withWaivers(policy, await parseWaivers(await readText(file, largestBytes), file));
  return policy;
}

/** The text of the policy that a user names: of a built-in one, or the file's. */
export async function textOfPolicy(nameOrFile: string): Promise<string> {
  const preset = findPreset(nameOrFile);
  return preset === undefined ? textOf(nameOrFile) : policyText(preset);
}

/** The policy in a file. */
export async function readPolicyFile(file: string): Promise<Policy> {
  return (await parsePolicy(await textOf(file), file)).policy;
}

/** What a file of policy documents holds. */
export type PolicyFile =
  | { readonly kind: 'Policy'; readonly policy: Policy }
  | { readonly kind: 'Waivers'; readonly waivers: readonly Waiver[] }
  | { readonly kind: 'PolicyTest'; readonly tests: readonly PolicyTest[] };

/** Reads a file of policy documents of any kind and makes sure that it can be used. Throws as `loadPolicy` does. */
export async function checkPolicyFile(file: string): Promise<PolicyFile> {
  const text = await textOf(file);
  const kinds = new Set(await documentKinds(text, file));
  if (kinds.size === 1 && kinds.has('Waivers')) return { kind: 'Waivers', waivers: await parseWaivers(text, file) };
  if (kinds.size === 1 && kinds.has('PolicyTest'))
    return { kind: 'PolicyTest', tests: await parsePolicyTests(text, file) };
  const { policy } = await parsePolicy(text, file);
  await preparePolicy(policy);
  return { kind: 'Policy', policy };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readText(file, largestBytes);
  } catch (error) {
    if (!(error instanceof CodedError) || /[./]/.test(file)) throw error;
    const hint = `built-in policies: ${presets.map(({ name }) => name).join(', ')}`;
    throw new CodedError(error.code, error.message, { hint, cause: error });
  }
}
