import { open } from 'node:fs/promises';
import {
  LedgerVerifier,
  LineSplitter,
  parseCheckpoint,
  type LedgerCheck,
  type SignedTreeHead,
} from '../../ledger/index.ts';
import { CodedError } from '../../model/index.ts';
import { isSignedBy, parsePublicKey, type PublicKey } from '../../trust/index.ts';
import { readText } from '../policy/read-text.ts';

export interface VerifyLedgerOptions {
  /** Public keys in PEM whose heads count. Without any those count that the file brings, which then is said. */
  readonly keyFiles: readonly string[];
  /** Heads that were kept elsewhere, as `plimsoll ledger head` prints them. */
  readonly headFiles: readonly string[];
  readonly onProgress?: (bytes: number) => void;
}

export interface LedgerVerification extends LedgerCheck {
  /**
   * What the answer stands on: a key or head that whoever asked has brought, or only keys that the file brings itself. Those prove
   * nothing against whoever made the file, so that the result then is `cannot-tell` at best.
   */
  readonly trusted: 'key' | 'head' | 'file';
}

const headLimitBytes = 64 << 10;
const pieceBytes = 1 << 20;
const mostKeys = 1000;

/** Verifies exported files that follow one another. Reads each once, holds one line. @throws CodedError `file-unreadable` */
export async function verifyLedger(
  files: readonly string[],
  options: VerifyLedgerOptions,
): Promise<LedgerVerification> {
  const own: PublicKey[] = [];
  for (const file of options.keyFiles) own.push(parsePublicKey(await readText(file, headLimitBytes), file));
  const knownHeads = [];
  for (const file of options.headFiles) knownHeads.push(readHead(await readText(file, headLimitBytes), file));
  const brought = new Map<string, PublicKey | undefined>();
  const verifier = new LedgerVerifier({
    knownHeads,
    onKeys: (keys) => {
      if (own.length > 0) return;
      // Of keys beyond these the heads count for nothing.
      for (const { id, publicKey } of keys) if (brought.size < mostKeys) brought.set(id, keyOf(id, publicKey));
    },
    isSigned(head) {
      const key = own.length > 0 ? own.find(({ id }) => id === head.key) : brought.get(head.key);
      return key === undefined ? 'stranger' : isHeadSignedBy(head, key) ? 'yes' : 'no';
    },
  });
  let bytes = 0;
  for (const file of files) {
    const splitter = new LineSplitter((line) => verifier.line(line));
    for await (const piece of piecesOf(file)) {
      splitter.push(piece);
      options.onProgress?.((bytes += piece.length));
    }
    splitter.end();
    verifier.endOfFile();
  }
  const check = verifier.result();
  const isHeld = knownHeads.some(({ size }) => size === check.last);
  const trusted = own.length > 0 ? 'key' : isHeld ? 'head' : 'file';
  if (check.result === 'broken') return { ...check, trusted };
  const isProven =
    check.unchecked.length === 0 && (trusted === 'head' || (trusted === 'key' && check.result === 'intact'));
  return { ...check, result: isProven ? 'intact' : 'cannot-tell', trusted };
}

async function* piecesOf(file: string): AsyncGenerator<Buffer> {
  try {
    await using handle = await open(file);
    const buffer = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, pieceBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw new CodedError('file-unreadable', `${file} could not be read: ${(cause as Error).message}`, { cause });
  }
}

function isHeadSignedBy({ checkpoint, signature }: SignedTreeHead, key: PublicKey): boolean {
  return isSignedBy(Buffer.from(checkpoint), Buffer.from(signature, 'base64'), key);
}

/** A key that the file brings; undefined where it is none, or not the one that its id says. */
function keyOf(id: string, pem: string): PublicKey | undefined {
  try {
    const key = parsePublicKey(pem, 'a key of the file');
    return key.id === id ? key : undefined;
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** A head as `plimsoll ledger head` prints it, or its checkpoint alone. */
function readHead(text: string, file: string): NonNullable<ReturnType<typeof parseCheckpoint>> {
  let checkpoint = text;
  try {
    const value = JSON.parse(text) as { treeHead?: { checkpoint?: unknown } };
    if (typeof value.treeHead?.checkpoint === 'string') checkpoint = value.treeHead.checkpoint;
  } catch {
    // Then it is the checkpoint itself.
  }
  const head = parseCheckpoint(checkpoint);
  if (head === undefined)
    throw new CodedError('ledger-head-unreadable', `${file} holds no tree head`, {
      hint: 'plimsoll ledger head prints one',
    });
  return head;
}
