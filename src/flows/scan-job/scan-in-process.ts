import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ImageRecord } from '../../model/index.ts';
import { type FoundEvidence, largestEvidenceBytes } from '../../server-store/index.ts';
import { accessVariables, type SourceAccess } from './source-access.ts';
import { runProgram } from './run-program.ts';

export interface ScanInProcess {
  /** How this program is called: `node`, its file. */
  readonly program: readonly string[];
  readonly reference: string;
  readonly platform?: string | undefined;
  /** By which source the image is opened; absent: as this machine is set up. */
  readonly access?: SourceAccess | undefined;
  readonly database: string;
  readonly cacheDirectory: string;
  readonly bases?: string | undefined;
  /** Addresses that may be asked although they are this machine's or its networks'. */
  readonly allowAddresses: readonly string[];
  /** Whose endorsements of bases are asked for: the trust root's text, and what of Sigstore it names. */
  readonly trust?:
    | { readonly text: string; readonly sigstore: string | undefined; readonly sigstoreFile?: string | undefined }
    | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  onProgress(progress: { readonly stage: string; readonly doneBytes: number; readonly totalBytes?: number }): void;
}

export interface ScannedInProcess {
  readonly record: ImageRecord;
  /** What lies beside the image in its registry, or why nobody could look; absent: it came from no registry. */
  readonly found?: FoundEvidence;
}

/** Scans by `plimsoll scan` as anyone would call it, in an empty folder. @throws CodedError what the scan says. */
export async function scanInProcess(options: ScanInProcess): Promise<ScannedInProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-scan-'));
  try {
    const file = path.join(folder, 'record.json');
    await runScan(options, folder, file);
    const { record } = JSON.parse(readFileSync(file, 'utf8')) as { readonly record: ImageRecord };
    const found = foundIn(path.join(folder, 'evidence.json'));
    return { record, ...(found === undefined ? {} : { found }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runScan(options: ScanInProcess, folder: string, file: string): Promise<void> {
  const { program, reference, platform, database, cacheDirectory, bases, signal, timeoutMs } = options;
  await runProgram({
    ...{ program, cwd: folder, signal, timeoutMs },
    args: [
      ...['scan', '--format', `json=${file}`, '--progress', 'json', '--exit-zero', '--cache-dir', cacheDirectory],
      ...(platform === undefined ? [] : ['--platform', platform]),
      ...(bases === undefined ? [] : ['--bases', bases]),
      ...['--evidence', path.join(folder, 'evidence.json'), ...trustArguments(options.trust, folder)],
      ...['--', reference],
    ],
    env: options.env,
    settings: {
      // Asked for by name it would have to be there.
      ...(existsSync(database) ? { PLIMSOLL_DB: database } : {}),
      ...(options.access === undefined ? {} : accessVariables(options.access, folder)),
      PLIMSOLL_REFUSE_ADDRESSES: 'private',
      PLIMSOLL_ALLOW_ADDRESSES: options.allowAddresses.join(','),
    },
    onLine(line) {
      const progress = readProgress(line);
      if (progress !== undefined) options.onProgress(progress);
      return progress !== undefined;
    },
  });
}

/** The trust root as a file, with what of Sigstore it names beside it. */
function trustArguments(trust: ScanInProcess['trust'], folder: string): readonly string[] {
  if (trust === undefined) return [];
  const { text, sigstore, sigstoreFile } = trust;
  const place = path.join(folder, 'trust');
  mkdirSync(place);
  writeFileSync(path.join(place, 'trust.yaml'), text);
  if (sigstore !== undefined && sigstoreFile !== undefined) writeFileSync(path.join(place, sigstoreFile), sigstore);
  return ['--trust-root', path.join(place, 'trust.yaml')];
}

function foundIn(file: string): FoundEvidence | undefined {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  if (size > largestEvidenceBytes)
    return { problem: `what lies beside it is larger than ${largestEvidenceBytes >> 20} MiB` };
  const text = readFileSync(file, 'utf8');
  const { problem } = JSON.parse(text) as { readonly problem?: { readonly message: string } };
  return problem === undefined ? { text } : { problem: problem.message };
}

function readProgress(line: string): Parameters<ScanInProcess['onProgress']>[0] | undefined {
  if (!line.startsWith('{"progress":')) return undefined;
  try {
    return (JSON.parse(line) as { progress: Parameters<ScanInProcess['onProgress']>[0] }).progress;
  } catch {
    return undefined;
  }
}
