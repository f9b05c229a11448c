import { readSetting, type Store, writeSetting } from '../../server-store/index.ts';

const setting = 'server-address';

/** Keeps where the server is reached, for commands that open its store. Of several servers the last that started says it. */
export async function noteServerAddress(store: Store, url: string): Promise<void> {
  if ((await serverAddress(store)) !== url) await writeSetting(store, setting, url);
}

/** Where the server of this store was last reached; undefined where none has ever started. */
export async function serverAddress(store: Store): Promise<string | undefined> {
  const kept = await readSetting(store, setting);
  return typeof kept === 'string' ? kept : undefined;
}
