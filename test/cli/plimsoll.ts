import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How one run of the real program ended. */
export interface Ran {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The most memory that the process held at once, all threads together; NaN where it was killed. */
  readonly peakBytes: number;
}

export interface RunOptions {
  /** Beside HOME and a cache of its own; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Called once the program runs: to send it signals or close its output. */
  readonly whileRunning?: (child: Running) => void | Promise<void>;
  /** A run that takes longer hangs, and is killed. */
  readonly timeoutMs?: number;
  /** What to run instead of the sources. */
  readonly program?: string;
}

export type Running = ReturnType<typeof spawn>;

/** A folder for one test file: a home and a working directory of its own, and whatever else the tests put there. */
export class Place {
  readonly path = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  #runs = 0;

  /** A path below the folder. */
  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  /** A new, empty folder. */
  folder(...parts: readonly string[]): string {
    const path = this.at(...parts);
    mkdirSync(path, { recursive: true });
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Runs the program to its end as a user would, without a terminal. */
  async plimsoll(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const peakFile = this.at(`peak-${++this.#runs}`);
    const child = spawn(
      process.execPath,
      ['--import', tellPeak(peakFile), options.program ?? join(root, 'src/cli/main.ts'), ...args],
      { cwd: options.cwd ?? this.folder('work'), env: this.#environment(options.env), stdio: 'pipe' },
    );
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000);
    const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve([status, signal]));
    });
    await options.whileRunning?.(child);
    const [status, signal] = await ended;
    clearTimeout(timer);
    return {
      status,
      signal,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
      peakBytes: peakOf(peakFile),
    };
  }

  #environment(given: RunOptions['env'] = {}): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(?:PLIMSOLL_|VITEST|NODE_|XDG_|DOCKER_|NO_COLOR|FORCE_COLOR|TEST$)/.test(name),
    );
    return {
      ...Object.fromEntries(own),
      HOME: this.folder('home'),
      XDG_CACHE_HOME: this.at('home/.cache'),
      // No engine: what a test wants to scan lies where it says.
      DOCKER_HOST: `unix://${this.at('no-engine.sock')}`,
      NODE_COMPILE_CACHE: join(tmpdir(), 'plimsoll-test-compile-cache'),
      ...given,
    } as NodeJS.ProcessEnv;
  }
}

/** The root of the repository. */
export const root = join(import.meta.dirname, '../..');

/** A module that says at the end how much memory the process held, in KiB. */
function tellPeak(file: string): string {
  const code = `import{writeFileSync}from'node:fs';import{isMainThread}from'node:worker_threads';if(isMainThread)process.on('exit',()=>writeFileSync(${JSON.stringify(file)},String(process.resourceUsage().maxRSS)))`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

function peakOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) * 1024;
  } catch {
    return NaN;
  }
}
