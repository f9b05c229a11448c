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
 * owner; one whose owner is gone is taken over.
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
    writeFileSync(join(lock, 'owner'), String(process.pid));
    return true;
  } catch {
    if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned(lock: string): boolean {
  try {
    return !isRunning(Number(readFileSync(join(lock, 'owner'), 'utf8')));
  } catch {
    // Made a moment ago, or gone meanwhile: abandoned only if it stays without an owner.
    const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    return ageMs > 10_000;
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
