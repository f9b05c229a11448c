/** A run of real bytes in a sparse file; what lies between runs is zeros. */
export interface SparseRun {
  readonly offset: number;
  readonly length: number;
}

/**
 * Checks a sparse map: runs in order, within the file, together as long as the stored data. Gives undefined for a map
 * that lies.
 */
export function checkedRuns(
  numbers: readonly number[],
  realSize: number,
  storedBytes: number,
): SparseRun[] | undefined {
  if (!(realSize >= 0)) return undefined;
  if (numbers.length % 2 !== 0) return undefined;
  const runs: SparseRun[] = [];
  let last = 0;
  let stored = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    const offset = numbers[i]!;
    const length = numbers[i + 1]!;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < last || length < 0) return undefined;
    last = offset + length;
    if (last > realSize) return undefined;
    stored += length;
    if (length > 0) runs.push({ offset, length });
  }
  return stored === storedBytes ? runs : undefined;
}
