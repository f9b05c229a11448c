import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process took of the processors, in seconds: running, and ready to run while others ran. */
interface Taken {
  readonly ran: number;
  readonly waited: number;
}

/** Processes by what they are for. */
export type ProcessGroups = Readonly<Record<string, readonly number[]>>;

/**
 * Tells what groups of processes took of the processors since it was asked the last time. What ended meanwhile is in no sum.
 * Linux: elsewhere nothing is told.
 */
export class ProcessorShares {
  readonly #groups: () => ProcessGroups;
  #before = new Map<number, Taken>();
  #at = performance.now();

  constructor(groups: () => ProcessGroups) {
    this.#groups = groups;
  }

  /** A line. */
  sinceLast(): string {
    const seconds = (performance.now() - this.#at) / 1000;
    const now = new Map<number, Taken>();
    const told = Object.entries(this.#groups()).map(([name, pids]) => {
      let [ran, waited] = [0, 0];
      for (const pid of pids) {
        const taken = takenBy(pid);
        const before = this.#before.get(pid);
        now.set(pid, taken);
        ran += taken.ran - (before?.ran ?? 0);
        waited += taken.waited - (before?.waited ?? 0);
      }
      return `${name} ${(ran / seconds).toFixed(2)} (${(waited / seconds).toFixed(2)})`;
    });
    [this.#before, this.#at] = [now, performance.now()];
    return `processors taken, and in brackets waited for, in ${seconds.toFixed(1)} s: ${told.join(', ')}`;
  }
}

/** Processes that one has started, and those that these have. */
export function descendants(pid: number): readonly { readonly pid: number; readonly command: string }[] {
  const children = Map.groupBy(processes(), ({ parent }) => parent);
  const below = (of: number): { pid: number; command: string }[] =>
    (children.get(of) ?? []).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/** The embedded PostgreSQL of a folder of data: its first process and all that it has started. */
export function postgresOf(data: string): readonly number[] {
  const first = Number(readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  return [first, ...descendants(first).map(({ pid }) => pid)];
}

function processes(): readonly { readonly pid: number; readonly parent: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = textOf(`/proc/${name}/stat`);
      // The name stands in brackets and may hold anything.
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return stat === '' ? [] : [{ pid: Number(name), parent, command: textOf(`/proc/${name}/cmdline`) }];
    });
}

function takenBy(pid: number): Taken {
  let [ran, waited] = [0, 0];
  for (const thread of threadsOf(pid)) {
    const [ranNs = 0, waitedNs = 0] = textOf(`/proc/${pid}/task/${thread}/schedstat`).split(' ').map(Number);
    ran += ranNs / 1e9;
    waited += waitedNs / 1e9;
  }
  return { ran, waited };
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty where it is gone. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
