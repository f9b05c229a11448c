import type { ExposureItem, Problem } from '../../../model/index.ts';
import type { Cataloger, CatalogEntry, EntryObserver } from '../../cataloger.ts';
import { nothing } from '../../cataloger.ts';

const name = 'exposures';
const worldWritable = 0o002;
const sticky = 0o1000;
const setuid = 0o4000;
const setgid = 0o2000;
const groupExecute = 0o010;
/** Per kind and layer. Setuid files are few in any honest image; world-writable ones come by the hundred thousand. */
const maxItems = 2_000;

type Kind = ExposureItem['exposure'];

/** Doors that names and modes alone show: world-writable places, setuid and setgid files, devices, authorized keys. */
export const exposures: Cataloger = {
  name,
  version: 1,
  summary: 'World-writable files and directories, setuid and setgid files, device nodes, authorized SSH keys',
  packages: [],
  claims: [],
  catalog: () => nothing,
  observe: observeLayer,
};

function observeLayer(): EntryObserver {
  const items: ExposureItem[] = [];
  const counts = new Map<Kind, number>();

  function add(entry: CatalogEntry, exposure: Kind, detail?: string): void {
    const count = (counts.get(exposure) ?? 0) + 1;
    counts.set(exposure, count);
    if (count > maxItems) return;
    const item: ExposureItem = { kind: 'exposure', path: entry.path, exposure, mode: entry.mode & 0o7777 };
    items.push(detail === undefined ? item : { ...item, detail });
  }

  function see(entry: CatalogEntry): void {
    const { type, mode, path } = entry;
    if (type === 'symlink') return;
    if (type === 'device') return add(entry, 'device');
    if (type === 'directory') {
      // In a sticky directory nobody removes or renames what is another's.
      if ((mode & worldWritable) !== 0 && (mode & sticky) === 0) add(entry, 'world-writable-directory');
      return;
    }
    if ((mode & (setuid | setgid | worldWritable)) !== 0) {
      if ((mode & setuid) !== 0) add(entry, 'setuid', `runs as user ${entry.uid}`);
      // Without group execute the bit once meant mandatory locking, and gives nobody anything.
      if ((mode & setgid) !== 0 && (mode & groupExecute) !== 0) add(entry, 'setgid', `runs as group ${entry.gid}`);
      if ((mode & worldWritable) !== 0) add(entry, 'world-writable-file', type === 'fifo' ? 'named pipe' : undefined);
    }
    if (isAuthorizedKeys(path) && (entry.sizeBytes > 0 || type === 'hardlink')) add(entry, 'ssh-authorized-keys');
  }

  function done(): { items: readonly ExposureItem[]; problems: readonly Problem[] } {
    const problems: Problem[] = [];
    for (const [kind, count] of counts) {
      if (count <= maxItems) continue;
      const message = `${count} ${kind} exposures in one layer; the first ${maxItems} are listed`;
      problems.push({ code: 'too-many-exposures', message, source: name, hides: 'nothing' });
    }
    return { items, problems };
  }

  return { see, done };
}

/** `authorized_keys` and the older `authorized_keys2` (sshd_config, AuthorizedKeysFile); told by its end without a copy. */
function isAuthorizedKeys(path: string): boolean {
  const last = path.charCodeAt(path.length - 1);
  if (last !== 0x73 && last !== 0x32) return false;
  return path.endsWith('/authorized_keys') || path.endsWith('/authorized_keys2');
}
