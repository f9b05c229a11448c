import { execFile } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Buffer;
  /** Default ten minutes. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end without a shell and gives its standard output. Throws with what it said where it fails. */
export async function runCommand(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      {
        cwd: options.cwd,
        env: { ...process.env, ...options.env } as NodeJS.ProcessEnv,
        maxBuffer: 256 << 20,
        timeout: options.timeoutMs ?? 600_000,
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        reject(
          new Error(`${program} ${args.join(' ')}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`, { cause: error }),
        );
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
  });
}
