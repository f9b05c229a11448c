import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { CodedError } from '../../model/index.ts';

export interface ProgramRun {
  /** How this program is called: `node`, its file. */
  readonly program: readonly string[];
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of its `PLIMSOLL_` variables these alone; others go before what it has. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Lines on its standard error; true: it was none that says what went wrong. */
  onLine?(line: string): boolean;
}

const largestErrorBytes = 16 << 10;
const largestOutputBytes = 1 << 20;

/** Runs this very program for something that must not hold the server up. @throws CodedError what it says of its failure. */
export async function runProgram(run: ProgramRun): Promise<string> {
  const { program, args, cwd, env, settings = {}, signal, timeoutMs } = run;
  const [command, ...first] = program;
  const child = spawn(command!, [...first, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnv(env, settings),
  });
  let said = '';
  let output = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (run.onLine?.(line) !== true && said.length < largestErrorBytes) said += `${line}\n`;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < largestOutputBytes) output += text;
  });
  let force: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGTERM');
    // One that does not heed is ended all the same.
    force ??= setTimeout(() => child.kill('SIGKILL'), 5000);
  };
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  try {
    signal.throwIfAborted();
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    if (status !== 0) throw errorOf(said, status, timeoutMs);
    return output;
  } finally {
    clearTimeout(timer);
    clearTimeout(force);
    signal.removeEventListener('abort', stop);
    process.off('exit', onExit);
  }
}

/** The server's own settings and secrets are not those of what it runs. */
function childEnv(env: ProgramRun['env'], settings: NonNullable<ProgramRun['settings']>): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('PLIMSOLL_') || name === 'PLIMSOLL_INFLATE');
  return { ...Object.fromEntries(others), ...settings };
}

/** What `plimsoll` says of an error: `plimsoll: MESSAGE (CODE)`, and a hint below it. */
function errorOf(said: string, status: number | null, timeoutMs: number): CodedError {
  const match = /^plimsoll: ([^]*?) \(([a-z0-9-]+)\)\n(?: {2}(.*)\n)?/m.exec(said);
  if (match?.[2] === 'interrupted' || (match === null && status === null))
    return new CodedError(
      'scan-stopped',
      `the work was stopped: it took over ${timeoutMs / 60_000} minutes or too much memory`,
    );
  if (match === null)
    return new CodedError('scan-failed', `it ended with ${status}: ${said.slice(-500).trim() || 'it said nothing'}`);
  return new CodedError(match[2]!, match[1]!, match[3] === undefined ? {} : { hint: match[3] });
}
