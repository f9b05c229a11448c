import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { CodedError } from '../../model/index.ts';

const largestOutputBytes = 4 << 20;

interface RunOptions {
  readonly input?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What a run of a program came to. */
export interface EngineRun {
  readonly status: number;
  /** The end of what it said, both streams. */
  readonly output: string;
}

/** Builds an image from a Dockerfile without a context and without a network. Throws `build-failed` with what was said last. */
export async function buildInEngine(
  dockerfile: string,
  tag: string,
  options: Omit<RunOptions, 'input'>,
): Promise<void> {
  const args = ['build', '--network', 'none', '--tag', tag, '-'];
  const { status, output } = await docker(args, { ...options, input: dockerfile });
  if (status === 0) return;
  // The engine says the whole instruction again, which nobody reads.
  const lines = output.trim().split('\n').slice(-6);
  const last = lines
    .map((line) => (line.length > 240 ? `${line.slice(0, 60)} … ${line.slice(-160)}` : line))
    .join('\n');
  throw new CodedError('build-failed', `the engine could not build ${tag}:\n${last}`);
}

/**
 * Runs a command in a container of an image: no network, nothing kept, gone when the time is over. Its words are taken as
 * they are, no shell between.
 */
export async function runInEngine(
  image: string,
  words: readonly [string, ...string[]],
  { env, signal, timeoutMs }: Omit<RunOptions, 'input'> & { readonly timeoutMs: number },
): Promise<EngineRun> {
  const [program, ...args] = words;
  const name = `plimsoll-self-test-${randomBytes(6).toString('hex')}`;
  const timer = AbortSignal.timeout(timeoutMs);
  try {
    return await docker(['run', '--rm', '--name', name, '--network', 'none', '--entrypoint', program, image, ...args], {
      env,
      signal: AbortSignal.any([signal, timer]),
    });
  } catch (error) {
    // The engine runs containers by itself: ending its client ends none.
    await docker(['rm', '--force', name], { env, signal: new AbortController().signal });
    if (!timer.aborted || signal.aborted) throw error;
    return { status: 124, output: `it did not end within ${timeoutMs / 1000} s` };
  }
}

function docker(args: readonly string[], { input, env, signal }: RunOptions): Promise<EngineRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { stdio: 'pipe', env: env as NodeJS.ProcessEnv, signal });
    let output = '';
    const keep = (bytes: Buffer): void => {
      output = (output + bytes.toString('utf8')).slice(-largestOutputBytes);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.stdin.on('error', () => undefined);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) return reject(signal.reason as Error);
      reject(
        new CodedError('engine-missing', `docker could not be run: ${error.message}`, {
          hint: 'without --build the Dockerfile is only written',
          cause: error,
        }),
      );
    });
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
    child.stdin.end(input);
  });
}
