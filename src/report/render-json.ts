import type { ImageRecord, Verdict } from '../model/index.ts';

/** The record and, where there is one, the verdict as JSON with a newline at the end; the same bytes for the same input. */
export function renderJson(
  { record, verdict }: { readonly record: ImageRecord; readonly verdict?: Verdict },
  { pretty = true }: { readonly pretty?: boolean } = {},
): string {
  const document = verdict === undefined ? { record } : { record, verdict };
  return `${JSON.stringify(document, undefined, pretty ? 2 : undefined)}\n`;
}
