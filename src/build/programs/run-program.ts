import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

/** The world that programs run in. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface ProgramOptions extends World {
  readonly cwd?: string;
  /** Called for each line of either output. */
  readonly onLine?: (line: string) => void;
  /** Most bytes of standard output that are kept. Default 16 MiB. */
  readonly largestBytes?: number;
  /** The longest it may take; without it, as long as it likes. */
  readonly timeoutMs?: number;
}

/** A program ended badly, or could not be started (`status` undefined). */
export class ProgramFailed extends Error {
  readonly status: number | undefined;
  /** `ENOENT` where there is no such program. */
  readonly reason: string | undefined;
  /** The last lines that it said. */
  readonly lastLines: readonly string[];

  constructor(message: string, facts: { status?: number; reason?: string; lastLines: readonly string[] }) {
    super(message);
    this.name = 'ProgramFailed';
    this.status = facts.status;
    this.reason = facts.reason;
    this.lastLines = facts.lastLines;
  }
}

const defaultBytes = 16 << 20;
const linesKept = 40;
const longestLine = 4000;
/** How long a program has to clean up behind itself when it is told to stop. */
const graceMs = 15_000;

/**
 * Runs a program without a shell, in a process group of its own, and gives its standard output. When the signal aborts, the
 * group is told to stop and waited for, so that nothing of it goes on behind us.
 * @throws ProgramFailed, or what the signal aborts with.
 */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { signal, env, cwd, onLine, largestBytes = defaultBytes, timeoutMs } = options;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const lastLines: string[] = [];
    const keep = (line: string): void => {
      lastLines.push(line);
      if (lastLines.length > linesKept) lastLines.shift();
      onLine?.(line);
    };
    const child = spawn(program, args, {
      cwd,
      env: { ...env } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const stdout: Buffer[] = [];
    let sizeBytes = 0;
    let failure: ProgramFailed | undefined;
    const outLines = lineReader(keep);
    const errorLines = lineReader(keep);
    child.stdout.on('data', (bytes: Buffer) => {
      if (onLine !== undefined) outLines.push(bytes);
      sizeBytes += bytes.length;
      if (sizeBytes <= largestBytes) return void stdout.push(bytes);
      failure ??= new ProgramFailed(`${program} says more than ${largestBytes} bytes`, { lastLines });
      stop('SIGTERM');
    });
    child.stderr.on('data', (bytes: Buffer) => errorLines.push(bytes));
    let killer: ReturnType<typeof setTimeout> | undefined;
    function stop(how: NodeJS.Signals): void {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how);
      } catch {
        // It has ended meanwhile.
      }
      killer ??= setTimeout(() => stop('SIGKILL'), graceMs);
    }
    const onAbort = (): void => stop('SIGTERM');
    signal.addEventListener('abort', onAbort);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            failure ??= new ProgramFailed(`${program} does not end within ${timeoutMs / 1000} s`, { lastLines });
            stop('SIGTERM');
          }, timeoutMs);
    const done = (): void => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(killer);
      clearTimeout(timer);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      done();
      const reason = error.code ?? error.message;
      reject(new ProgramFailed(`${program} can't be started: ${reason}`, { reason, lastLines }));
    });
    child.on('close', (status) => {
      done();
      outLines.end();
      errorLines.end();
      if (signal.aborted) return reject(signal.reason as Error);
      if (failure !== undefined) return reject(failure);
      if (status === 0) return resolve(Buffer.concat(stdout).toString('utf8'));
      const how = status === null ? 'was killed' : `ended with ${status}`;
      reject(new ProgramFailed(`${program} ${how}`, { ...(status === null ? {} : { status }), lastLines }));
    });
  });
}

function lineReader(onLine: (line: string) => void): { push(bytes: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split(/\r?\n|\r/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.slice(0, longestLine));
    if (rest.length <= longestLine) return;
    onLine(rest.slice(0, longestLine));
    rest = '';
  };
  return {
    push: (bytes) => take(decoder.write(bytes)),
    end() {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
