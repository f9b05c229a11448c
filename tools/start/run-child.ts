import { spawn } from 'node:child_process';
import type { StartWorld } from './world.ts';

interface Child extends StartWorld {
  readonly cwd?: string;
  /** `quiet`: only what it says of failures is shown. */
  readonly output: 'quiet' | 'all' | 'none';
}

/** Runs a program to its end, or to ours; what Ctrl-C ends is waited for. Gives its exit status, 128 and more for a signal. */
export function runChild(command: string, args: readonly string[], options: Child): Promise<number> {
  const { root, env, signal, cwd, output } = options;
  signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd: cwd ?? root,
    env: env as NodeJS.ProcessEnv,
    stdio: output === 'all' ? 'inherit' : ['ignore', 'ignore', output === 'quiet' ? 'inherit' : 'ignore'],
  });
  // Ctrl-C reaches it by itself, as the rest of the terminal's group; a signal to us alone has to be handed on.
  const stop = (): void => void child.kill(signal.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, by) => {
      signal.removeEventListener('abort', stop);
      resolve(status ?? (by === 'SIGINT' ? 130 : by === 'SIGTERM' ? 143 : 137));
    });
  });
}
