import { indentedLines, unquote } from './indented-lines.ts';
import { lockedPackage } from './locked-package.ts';
import type { LockedPackage, LockResult } from './locked-package.ts';

interface Block {
  readonly key: string;
  version: string;
  resolution: string;
  linkType: string;
}

/** Reads `yarn.lock`: version 1 in yarn's own syntax, and berry's (2 and later) in YAML. Which of them tells nothing of dev. */
export function yarnLock(text: string): LockResult {
  const packages: LockedPackage[] = [];
  let blocks = 0;
  let block: Block | undefined;
  let cutOff = false;
  const close = () => {
    cutOff ||= block !== undefined && block.version === '';
    const found = block === undefined ? undefined : packageOf(block);
    if (found !== undefined) packages.push(found);
  };
  for (const { indent, key, value } of indentedLines(text)) {
    if (indent === 0) {
      close();
      if (/^(?:<<<<<<<|=======|>>>>>>>)/.test(key)) return { packages, error: 'the lock file has merge conflicts' };
      blocks++;
      block = { key, version: '', resolution: '', linkType: '' };
    } else if (indent === 2 && block !== undefined) {
      if (key === 'version') block.version = value;
      else if (key === 'resolution') block.resolution = value;
      else if (key === 'linkType') block.linkType = value;
    }
  }
  close();
  const empty = blocks === 0 && !isComment(text);
  if (empty || (blocks > 0 && packages.length === 0 && !text.includes('__metadata'))) {
    return { packages, error: 'the lock file is not one that yarn writes' };
  }
  return cutOff ? { packages, error: 'the lock file is cut off or not as yarn writes it' } : { packages };
}

function packageOf(block: Block): LockedPackage | undefined {
  // Soft links are workspaces: the project itself.
  if (block.key === '__metadata' || block.linkType === 'soft' || block.version === '') return undefined;
  if (block.resolution !== '') return lockedPackage(nameOf(block.resolution), block.version, false);
  const comma = block.key.indexOf(', ');
  const first = unquote(comma < 0 ? block.key : block.key.slice(0, comma));
  const name = nameOf(first);
  const range = first.slice(name.length + 1);
  // An alias: `alias@npm:lodash@4.17.19`.
  return lockedPackage(range.startsWith('npm:') ? nameOf(range.slice('npm:'.length)) : name, block.version, false);
}

/** `@scope/name@range` → `@scope/name`. */
function nameOf(text: string): string {
  const at = text.indexOf('@', 1);
  return at < 0 ? text : text.slice(0, at);
}

function isComment(text: string): boolean {
  return text.split('\n', 100).every((line) => line.trim() === '' || line.startsWith('#'));
}
