/** Milliseconds on a clock that only moves forward. `performance` does the same, but takes time to load. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
