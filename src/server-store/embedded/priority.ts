import { constants, setPriority } from 'node:os';

/** Has a process of ours run when others of us do not: it keeps a tenth of a processor that they share. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or priorities can't be changed here.
  }
}
