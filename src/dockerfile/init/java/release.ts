/** Releases with long-term support that distroless has for Debian 12. */
const releases = [17, 21] as const;

/** The oldest runtime that runs classes of the wanted release; the newest where nothing is said. */
export function pickJava(wanted: string | undefined): { readonly release: number; readonly isMet: boolean } {
  const number = Number((wanted ?? '').replace(/^1\.(?=\d)/, '').split('.')[0] || NaN);
  if (!Number.isInteger(number)) return { release: 21, isMet: true };
  const release = releases.find((each) => each >= number);
  return { release: release ?? 21, isMet: release !== undefined };
}
