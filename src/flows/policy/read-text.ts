import { readFile, stat } from 'node:fs/promises';
import { CodedError } from '../../model/index.ts';

/** The bytes of a file that the user named. Throws `file-unreadable`, or `file-too-large` over the limit. */
export async function readBytes(fileName: string, limitBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(fileName);
    if (size <= limitBytes) return await readFile(fileName);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a directory' : (error as Error).message;
    throw new CodedError('file-unreadable', `${fileName} could not be read: ${why}`, { cause: error });
  }
  throw new CodedError('file-too-large', `${fileName} is larger than ${Math.floor(limitBytes / 1024 / 1024)} MiB`);
}

/** The same as text; bytes that are not UTF-8 are an error. */
export async function readText(fileName: string, limitBytes: number): Promise<string> {
  const bytes = await readBytes(fileName, limitBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CodedError('file-unreadable', `${fileName} is not UTF-8`, { cause: error });
  }
}
