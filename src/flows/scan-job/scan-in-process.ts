import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { CodedError, type ImageRecord } from '../../model/index.ts';

export interface ScanInProcess {
  /** How this program is called: `node`, its file. */
  readonly program: readonly string[];
  readonly reference: string;
  readonly platform?: string | undefined;
  readonly database: string;
  readonly cacheDirectory: string;
  readonly bases?: string | undefined;
  /** Addresses that may be asked although they are this machine's or its networks'. */
  readonly allowAddresses: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  onProgress(progress: { readonly stage: string; readonly doneBytes: number; readonly totalBytes?: number }): void;
}

const largestErrorBytes = 16 << 10;

/** Scans by `plimsoll scan` as anyone would call it, in an empty folder. @throws CodedError what the scan says. */
export async function scanInProcess(options: ScanInProcess): Promise<ImageRecord> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-scan-'));
  try {
    const file = path.join(folder, 'record.json');
    await runScan(options, folder, file);
    const { record } = JSON.parse(readFileSync(file, 'utf8')) as { readonly record: ImageRecord };
    return record;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runScan(options: ScanInProcess, folder: string, file: string): Promise<void> {
  const { program, reference, platform, database, cacheDirectory, bases, signal, timeoutMs } = options;
  const [command, ...first] = program;
  const args = [
    ...['scan', '--format', `json=${file}`, '--progress', 'json', '--exit-zero', '--cache-dir', cacheDirectory],
    ...(platform === undefined ? [] : ['--platform', platform]),
    ...(bases === undefined ? [] : ['--bases', bases]),
    ...['--', reference],
  ];
  const child = spawn(command!, [...first, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...options.env,
      PLIMSOLL_DB: database,
      PLIMSOLL_REFUSE_ADDRESSES: 'private',
      PLIMSOLL_ALLOW_ADDRESSES: options.allowAddresses.join(','),
      // Of the server alone.
      PLIMSOLL_DATABASE_URL: undefined,
      PLIMSOLL_OIDC_CLIENT_SECRET: undefined,
      PLIMSOLL_CONFIG: undefined,
    },
  });
  let said = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    const progress = readProgress(line);
    if (progress !== undefined) options.onProgress(progress);
    else if (said.length < largestErrorBytes) said += `${line}\n`;
  });
  const stop = (): void => void child.kill('SIGTERM');
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  // One that does not heed is ended all the same.
  const force = setInterval(() => (child.killed ? child.kill('SIGKILL') : undefined), 5000);
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (signal.aborted) throw signal.reason;
    if (status !== 0) throw errorOf(said, status, timeoutMs);
  } finally {
    clearTimeout(timer);
    clearInterval(force);
    signal.removeEventListener('abort', stop);
    process.off('exit', onExit);
  }
}

function readProgress(line: string): Parameters<ScanInProcess['onProgress']>[0] | undefined {
  if (!line.startsWith('{"progress":')) return undefined;
  try {
    return (JSON.parse(line) as { progress: Parameters<ScanInProcess['onProgress']>[0] }).progress;
  } catch {
    return undefined;
  }
}

/** What `plimsoll` says of an error: `plimsoll: MESSAGE (CODE)`, and a hint below it. */
function errorOf(said: string, status: number | null, timeoutMs: number): CodedError {
  const match = /^plimsoll: ([^]*?) \(([a-z0-9-]+)\)\n(?: {2}(.*)\n)?/m.exec(said);
  if (match?.[2] === 'interrupted' || (match === null && status === null))
    return new CodedError('scan-stopped', `the scan was stopped: it took over ${timeoutMs / 60_000} minutes or too much memory`);
  if (match === null)
    return new CodedError('scan-failed', `the scan ended with ${status}: ${said.slice(-500).trim() || 'it said nothing'}`);
  return new CodedError(match[2]!, match[1]!, match[3] === undefined ? {} : { hint: match[3] });
}
