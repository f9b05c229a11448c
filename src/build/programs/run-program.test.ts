import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ProgramFailed, runProgram } from './run-program.ts';

const env = { PATH: process.env['PATH'] };
const world = () => ({ env, signal: new AbortController().signal });

test('gives what a program prints, and its lines as they come', async () => {
  const lines: string[] = [];
  const said = await runProgram('sh', ['-c', 'echo one; printf "two\\r\\nthree" ; echo four >&2'], {
    ...world(),
    onLine: (line) => lines.push(line),
  });
  expect(said).toBe('one\ntwo\r\nthree');
  expect(lines.filter((line) => line !== '').sort()).toEqual(['four', 'one', 'three', 'two']);
});

test('a failure has the status and the last words; a program that is not there, the reason', async () => {
  const failed = await runProgram('sh', ['-c', 'echo why >&2; exit 7'], world()).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ProgramFailed);
  expect(failed).toMatchObject({ status: 7, lastLines: ['why'], message: 'sh ended with 7' });
  await expect(runProgram('/no/such/program', [], world())).rejects.toMatchObject({ reason: 'ENOENT' });
});

/** One that ended and that nobody has asked for yet runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('what it starts ends with it when it is stopped', async () => {
  const abort = new AbortController();
  let child = 0;
  const running = runProgram('sh', ['-c', 'sleep 600 & echo $!; wait'], {
    env,
    signal: abort.signal,
    onLine: (line) => {
      child = Number(line);
      abort.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  expect(child).toBeGreaterThan(0);
  await expect.poll(() => isRunning(child)).toBe(false);
});

test('more output than may be kept ends it', async () => {
  await expect(runProgram('sh', ['-c', 'yes'], { ...world(), largestBytes: 1000 })).rejects.toThrow(
    'sh says more than 1000 bytes',
  );
});
