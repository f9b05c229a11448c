/**
 * How a property is run: with a fixed seed in `npm test`, so that a failure is one everywhere; `npm run fuzz` gives another
 * seed and more runs by PLIMSOLL_FUZZ_SEED and PLIMSOLL_FUZZ_TIMES.
 */
export function fuzz(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const { PLIMSOLL_FUZZ_SEED: seed, PLIMSOLL_FUZZ_TIMES: times } = process.env;
  return {
    seed: seed === undefined ? 20261123 : Number(seed),
    numRuns: numRuns * (times === undefined ? 1 : Number(times)),
  };
}
