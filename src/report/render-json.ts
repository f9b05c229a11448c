import type { ImageRecord, TrustEvidence, Verdict } from '../model/index.ts';

/** The record and, where there are such, the verdict and what vouches for the image as JSON with a newline at the end; the same bytes for the same input. */
export function renderJson(
  given: { readonly record: ImageRecord; readonly verdict?: Verdict; readonly evidence?: TrustEvidence },
  { pretty = true }: { readonly pretty?: boolean } = {},
): string {
  return `${JSON.stringify(given, undefined, pretty ? 2 : undefined)}\n`;
}

const opening = '{\n  "record": ';
const closing = '\n}';

/** The record as `renderJson` writes it within a report. */
export function recordText(record: ImageRecord): string {
  return JSON.stringify({ record }, undefined, 2).slice(opening.length, -closing.length);
}

/** What `renderJson` gives, around a record that is written already. */
export function renderAroundRecord(
  record: Uint8Array,
  rest: { readonly verdict: Verdict; readonly evidence?: TrustEvidence },
): Uint8Array {
  const after = JSON.stringify(rest, undefined, 2).slice('{'.length);
  return Buffer.concat([Buffer.from(opening), record, Buffer.from(`,${after}\n`)]);
}
