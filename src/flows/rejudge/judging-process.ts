import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { CodedError } from '../../model/index.ts';
import type { StoreOptions } from '../../server-store/index.ts';
import type { RejudgeOutcome } from './rejudge.ts';

/** What a run came to, and what it took of the processor. */
export type ProcessOutcome = RejudgeOutcome & { readonly cpuSeconds: number };

export interface JudgingProcessOptions {
  /** How this program is called: `node`, its file. */
  readonly program: readonly string[];
  readonly store: Pick<StoreOptions, 'databaseUrl' | 'folder'>;
  readonly databasePath: string;
  /** Folder of the catalogue of bases. */
  readonly bases?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Waiting {
  readonly resolve: (outcome: ProcessOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** What the process answers in a line. */
type Answer =
  { readonly outcome: ProcessOutcome } | { readonly error: { readonly code: string; readonly message: string } };

/**
 * Judges in a process of its own, of low priority, which lives as long as this: requests are answered meanwhile, and what was looked
 * up stays known from run to run. One that ends is started again by the next run; what it was about to do is still due.
 */
export class JudgingProcess {
  readonly #options: JudgingProcessOptions;
  readonly #waiting: Waiting[] = [];
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #isClosed = false;

  constructor(options: JudgingProcessOptions) {
    this.#options = options;
  }

  /** Judges what changed and what is due; runs come one after the other. @throws CodedError `judging-ended`, or as judging does. */
  run(): Promise<ProcessOutcome> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw ended('it was stopped');
      this.#waiting.push({ resolve, reject });
      (this.#child ??= this.#start()).stdin.write('judge\n');
    });
  }

  /** Ends the process in the middle of whatever it does: what it has not kept stays due. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.stdin.end();
    child.kill('SIGTERM');
    await exited;
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const { program, store, databasePath, bases, env } = this.#options;
    const [command, ...first] = program;
    const folder = store.folder === undefined ? [] : ['--data', store.folder];
    const child = spawn(
      command!,
      [
        ...first,
        'rejudge',
        '--on-demand',
        ...folder,
        '--db',
        databasePath,
        ...(bases === undefined ? [] : ['--bases', bases]),
      ],
      {
        // The address of a database holds a password: nobody sees the environment of another's process.
        env: { ...env, NODE_OPTIONS: options(env), PLIMSOLL_DATABASE_URL: store.databaseUrl } as NodeJS.ProcessEnv,
        stdio: ['pipe', 'pipe', 'inherit'],
        // A session of its own: kernels that share processors between sessions first (autogroup) let niceness count within one alone.
        detached: true,
      },
    );
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => this.#answer(JSON.parse(line) as Answer));
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => this.#ended(child, error.message));
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `status ${code}`));
    lower(child.pid);
    return child;
  }

  #answer(answer: Answer): void {
    const next = this.#waiting.shift();
    if ('outcome' in answer) next?.resolve(answer.outcome);
    else next?.reject(new CodedError(answer.error.code, answer.error.message));
  }

  #ended(child: ChildProcessByStdio<Writable, Readable, null>, how: string): void {
    if (this.#child === child) this.#child = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(ended(how));
  }
}

function ended(how: string): CodedError {
  return new CodedError('judging-ended', `the process that judges stored records ended: ${how}`, {
    hint: 'nothing is lost: what was due is judged by the next run',
  });
}

/** Most of what judging makes is thrown away at once: with this room the collector of garbage finds little of it alive. */
function options({ NODE_OPTIONS: given = '' }: JudgingProcessOptions['env']): string {
  return `${given} --max-semi-space-size=64`.trim();
}

function lower(pid: number | undefined): void {
  const niceness = constants.priority.PRIORITY_BELOW_NORMAL;
  try {
    if (pid === undefined) return;
    setPriority(pid, niceness);
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // It has ended already, or priorities can't be changed here, or there are no groups.
  }
}
