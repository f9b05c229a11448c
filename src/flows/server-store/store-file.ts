import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { CodedError } from '../../model/index.ts';
import { backupStore, restoreStore, type Store, type StoreOptions } from '../../server-store/index.ts';

/** Writes a backup to a file, compressed with zstd; whole or not at all. Gives its bytes. */
export async function backupToFile(
  store: Store,
  file: string,
  { now, withBodies }: { readonly now: Date; readonly withBodies: boolean },
): Promise<number> {
  const temporary = `${file}.${process.pid}.tmp`;
  const output = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await pipeline(Readable.from(backupStore(store, now, { withBodies })), createZstdCompress(), output);
    renameSync(temporary, file);
    return output.bytesWritten;
  } catch (cause) {
    rmSync(temporary, { force: true });
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('file-not-written', `${file} could not be written: ${(cause as Error).message}`, { cause });
  }
}

/** Fills an empty store from such a file. */
export async function restoreFromFile(options: StoreOptions, file: string): Promise<Store> {
  const input = createReadStream(file);
  const plain = createZstdDecompress();
  // An input that fails must end what reads from it; whoever reads hears of it, also where nobody reads yet.
  input.on('error', (error) => plain.destroy(error));
  plain.on('error', () => undefined);
  try {
    return await restoreStore(options, input.pipe(plain) as AsyncIterable<Buffer>);
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('backup-unreadable', `${file} can't be restored: ${(cause as Error).message}`, { cause });
  } finally {
    input.destroy();
    plain.destroy();
  }
}
