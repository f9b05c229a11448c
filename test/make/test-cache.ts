import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where tests keep what is slow to make, outside the tree: engine data, real images, tools. */
export function testCache(...parts: readonly string[]): string {
  const folder = join(process.env['PLIMSOLL_TEST_CACHE'] ?? join(homedir(), '.cache/plimsoll-test'), ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Runs a task while no other process of the tests runs one under the same name. The lock is a folder that names its
 * owner by its number and when it began, since numbers come round; one whose owner is gone is taken over.
 */
export async function withLock<T>(name: string, task: () => Promise<T>): Promise<T> {
  const lock = join(testCache('locks'), name);
  while (!take(lock)) await sleep(200);
  try {
    return await task();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'owner'), `${process.pid} ${beginOf(process.pid)}`);
    return true;
  } catch {
    if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned(lock: string): boolean {
  try {
    const [pid, begin] = readFileSync(join(lock, 'owner'), 'utf8').split(' ');
    return !isRunning(Number(pid)) || beginOf(Number(pid)) !== begin;
  } catch {
    // Made a moment ago, or gone meanwhile: abandoned only if it stays without an owner.
    const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    return ageMs > 10_000;
  }
}

/** When a process began, in ticks since the machine did (proc(5), stat's 22nd field); nothing where that can't be known. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
