import type { Item } from '../model/index.ts';

/** An item of one layer, with the nearest upper layer that hides its path. */
export interface LayeredItem<T extends Item = Item> {
  readonly cataloger: string;
  readonly layer: number;
  readonly hiddenBy?: number;
  readonly item: T;
}

/** An item after layers were laid over one another: who brought it, and who took it away. */
export interface AttributedItem<T extends Item = Item> {
  readonly cataloger: string;
  readonly item: T;
  /** The lowest layer from which on it was there without a break. */
  readonly layer: number;
  /** The layer that deleted or replaced it; absent while a container sees it. */
  readonly deletedIn?: number;
}

/**
 * Finds out which layer brought each item. A package database is rewritten whole by every layer that installs
 * something, so a package belongs to the lowest layer whose database has it without a break up to the top; one that a
 * later database lacks was removed there, though its layer still ships it.
 */
export function attributeItems(items: readonly LayeredItem[]): AttributedItem[] {
  const groups = new Map<string, LayeredItem[]>();
  for (const layered of items) {
    const key = `${layered.cataloger}\0${layered.layer}\0${layered.item.path ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [layered]);
    else group.push(layered);
  }
  const settled = new Map<string, Map<string, { -readonly [K in keyof AttributedItem]: AttributedItem[K] }>>();
  const all: AttributedItem[] = [];
  const fromTheTop = [...groups].sort(([, a], [, b]) => b[0]!.layer - a[0]!.layer);
  for (const [key, group] of fromTheTop) {
    const { cataloger, layer, hiddenBy, item: first } = group[0]!;
    const above = hiddenBy === undefined ? undefined : settled.get(`${cataloger}\0${hiddenBy}\0${first.path ?? ''}`);
    const here = new Map<string, { -readonly [K in keyof AttributedItem]: AttributedItem[K] }>();
    for (const { item } of group) {
      const identity = identityOf(item);
      if (here.has(identity)) continue;
      let entity = above?.get(identity);
      if (entity === undefined) {
        entity = { cataloger, item, layer, ...(hiddenBy === undefined ? {} : { deletedIn: hiddenBy }) };
        all.push(entity);
      } else entity.layer = layer;
      here.set(identity, entity);
    }
    settled.set(key, here);
  }
  return all;
}

/** What makes two items of the same file in two layers the same thing. */
function identityOf(item: Item): string {
  switch (item.kind) {
    case 'package':
      return `${item.facts ?? ''} ${item.name} ${item.version} ${item.arch ?? ''} ${item.innerPath ?? ''}`;
    case 'executable':
      return `${item.sha256} ${item.mode} ${item.uid} ${item.gid} ${item.capabilities ?? ''}`;
    case 'secret':
      return `${item.rule} ${item.fingerprint} ${item.line ?? ''}`;
    default:
      return JSON.stringify(item);
  }
}
