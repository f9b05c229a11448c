import type { ImageRecord, TrustEvidence, Verdict } from '../model/index.ts';

/** The record and, where there are such, the verdict and what vouches for the image as JSON with a newline at the end; the same bytes for the same input. */
export function renderJson(
  given: { readonly record: ImageRecord; readonly verdict?: Verdict; readonly evidence?: TrustEvidence },
  { pretty = true }: { readonly pretty?: boolean } = {},
): string {
  return `${JSON.stringify(given, undefined, pretty ? 2 : undefined)}\n`;
}
