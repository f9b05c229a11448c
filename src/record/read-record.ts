import type { ImageRecord } from '../model/index.ts';

/** A value from outside as a record, or what is wrong with it, by place. The schema is only loaded here. */
export async function readRecord(
  value: unknown,
): Promise<{ readonly record: ImageRecord } | { readonly faults: readonly string[] }> {
  const { recordFaults } = await import('./schema.ts');
  const faults = recordFaults(value);
  return faults.length === 0 ? { record: value as ImageRecord } : { faults };
}
