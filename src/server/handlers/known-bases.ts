import { parseBase } from '../../bases/index.ts';
import { readCatalogue } from '../../flows/bases/index.ts';
import type { Base } from '../../model/index.ts';
import { listDocuments } from '../../server-store/index.ts';
import type { Service } from '../service.ts';

/** Bases of the catalogue's folder, and those that are documents of the store. */
export async function basesOf({ store, options }: Service): Promise<readonly Base[]> {
  const inFolder = options.bases === undefined ? [] : (await readCatalogue(options.bases, { mayBeNew: true })).bases;
  const documents = await listDocuments(store, 'base');
  const inStore = await Promise.all(documents.map(({ name, text }) => parseBase(text, `base ${name}`)));
  const names = new Set(inFolder.map(({ name }) => name));
  return [...inFolder, ...inStore.filter(({ name }) => !names.has(name))].sort((a, b) => (a.name < b.name ? -1 : 1));
}
