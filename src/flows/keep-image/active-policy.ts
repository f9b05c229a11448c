import { serverActor } from '../../ledger/index.ts';
import {
  defaultPolicy,
  findPreset,
  parsePolicy,
  parseWaivers,
  policyText,
  type Policy,
  preparePolicy,
  type PreparedPolicy,
  presets,
  type Waiver,
  withWaivers,
} from '../../policy/index.ts';
import { CodedError } from '../../model/index.ts';
import {
  inTransaction,
  readDocument,
  readSetting,
  type Store,
  waiversInForce,
  writeDocument,
  writeSetting,
} from '../../server-store/index.ts';

/** The policy that images are judged by, with the waivers that were approved. */
export interface ActivePolicy {
  readonly name: string;
  /** Of the document that it is written in; absent for a built-in one. */
  readonly documentDigest?: string;
  readonly policy: Policy;
  readonly prepared: PreparedPolicy;
}

const setting = 'active-policy';

/** Writes the built-in policies down as the first versions of documents that people then change. */
export async function seedPolicies(store: Store): Promise<void> {
  for (const preset of presets) {
    if ((await readDocument(store, 'policy', preset.name)) !== undefined) continue;
    const next = {
      kind: 'policy',
      name: preset.name,
      text: policyText(preset),
      writtenBy: 'plimsoll',
      basedOn: 0,
    } as const;
    const why = 'comes with Plimsoll';
    await inTransaction(store, async ({ store: inner, appendToLedger }) => {
      const { version, digest } = await writeDocument(inner, { ...next, why });
      const subject = { kind: 'policy', name: preset.name };
      await appendToLedger([
        { actor: serverActor, action: 'policy.change', subject, why, details: { version, digest } },
      ]);
    }).catch((error: unknown) => {
      // Another process that starts at the same time was first.
      if (!(error instanceof CodedError && error.code === 'document-changed')) throw error;
    });
  }
}

export async function activePolicyName(store: Store): Promise<string> {
  const name = await readSetting(store, setting);
  return typeof name === 'string' ? name : defaultPolicy.name;
}

export async function setActivePolicy(store: Store, name: string): Promise<void> {
  await writeSetting(store, setting, name);
}

/** What images are judged by now. */
export async function activePolicy(store: Store, now: Date): Promise<ActivePolicy> {
  const name = await activePolicyName(store);
  const document = await readDocument(store, 'policy', name);
  const policy =
    document === undefined
      ? (findPreset(name) ?? defaultPolicy)
      : (await parsePolicy(document.text, `policy ${name}`)).policy;
  const approved = await approvedWaivers(store, policy, now);
  const whole = approved.length === 0 ? policy : withWaivers(policy, approved);
  return {
    ...(document === undefined ? {} : { documentDigest: document.digest }),
    name,
    policy: whole,
    prepared: await preparePolicy(whole),
  };
}

/** Waivers that the policy still takes: one that it has itself by now, or that lacks the end it asks for by now, counts no more. */
async function approvedWaivers(store: Store, policy: Policy, now: Date): Promise<readonly Waiver[]> {
  const own = new Set(policy.waivers.map(({ id }) => id));
  const approved: Waiver[] = [];
  for (const { id, text } of await waiversInForce(store, now))
    for (const waiver of await parseWaivers(text, `waiver ${id}`)) {
      const isEndless = waiver.expires === undefined && waiver.untilFixed !== true;
      if (own.has(waiver.id) || (isEndless && policy.waiverExpiry === 'required')) continue;
      own.add(waiver.id);
      approved.push(waiver);
    }
  return approved;
}
