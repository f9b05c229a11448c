import type { ImageRecord } from '../model/index.ts';
import { ask } from './ask-server.ts';
import { digestThere } from './digest-there.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

/** Records that a server keeps, by the advisories that it has now. @throws CodedError `not-found` */
export async function fetchRecords(
  images: readonly string[],
  flags: ServerFlags,
  io: Io,
): Promise<readonly ImageRecord[]> {
  return withServer(flags, io, async (server) => {
    const records: ImageRecord[] = [];
    for (const image of images) {
      const digest = await digestThere(server, image);
      const query = { now: 'true' } as const;
      records.push((await ask(server, 'getRecord', { params: { digest }, query })) as unknown as ImageRecord);
    }
    return records;
  });
}
