import type { Account, AccountItem, ShadowItem } from '../model/index.ts';
import type { AttributedItem } from './attribute.ts';
import type { Places } from './places.ts';

/** Accounts that a container sees: passwd joined with shadow, in order of uid and name. */
export function accountsOf(
  accounts: readonly AttributedItem<AccountItem>[],
  shadows: readonly AttributedItem<ShadowItem>[],
  places: Places,
): Account[] {
  const shadowOf = new Map<string, ShadowItem>();
  for (const { item, deletedIn } of shadows) if (deletedIn === undefined) shadowOf.set(item.name, item);
  const joined: Account[] = [];
  for (const { item, layer, deletedIn } of accounts) {
    if (deletedIn !== undefined) continue;
    const shadow = item.password === 'shadowed' ? shadowOf.get(item.name) : undefined;
    const { kind: _kind, path, password, ...facts } = item;
    joined.push({
      ...facts,
      password: password === 'shadowed' ? (shadow?.password ?? 'unknown') : password,
      ...(shadow?.hashAlgorithm === undefined ? {} : { hashAlgorithm: shadow.hashAlgorithm }),
      place: places.inLayer(layer, { path }),
    });
  }
  return joined.sort((a, b) => a.uid - b.uid || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
