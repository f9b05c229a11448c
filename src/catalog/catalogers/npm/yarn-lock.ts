import { indentedLines, unquote } from './indented-lines.ts';
import { lockedPackage } from './locked-package.ts';
import type { LockedPackage, LockResult } from './locked-package.ts';

interface Block {
  /** One or several `name@range`, as written. */
  readonly key: string;
  version: string;
  resolution: string;
  linkType: string;
  /** What it can't do without: names and ranges. */
  readonly needs: Map<string, string>;
}

/** Reads `yarn.lock`: version 1 in yarn's own syntax, and berry's (2 and later) in YAML. Which of them tells nothing of dev. */
export function yarnLock(text: string): LockResult {
  const { blocks, inConflict } = readBlocks(text);
  const packages = blocks.map(packageOf).filter((found) => found !== undefined);
  if (inConflict) return { packages, error: 'the lock file has merge conflicts' };
  const isBerry = blocks.some(({ key }) => key === '__metadata');
  if (blocks.length === 0 ? !isComment(text) : packages.length === 0 && !isBerry)
    return { packages, error: 'the lock file is not one that yarn writes' };
  if (blocks.some(({ version }) => version === ''))
    return { packages, error: 'the lock file is cut off or not as yarn writes it' };
  const missing = isBerry ? missingInBerry(blocks) : missingInClassic(blocks);
  return missing === undefined ? { packages } : { packages, error: `the lock file is cut off: ${missing}` };
}

function readBlocks(text: string): { readonly blocks: readonly Block[]; readonly inConflict: boolean } {
  const blocks: Block[] = [];
  let block: Block | undefined;
  let list = '';
  let name = '';
  for (const { indent, key, value } of indentedLines(text)) {
    if (indent === 0) {
      if (/^(?:<<<<<<<|=======|>>>>>>>)/.test(key)) return { blocks, inConflict: true };
      blocks.push((block = { key, version: '', resolution: '', linkType: '', needs: new Map() }));
      list = '';
    } else if (block === undefined) continue;
    else if (indent === 2) {
      list = key;
      if (key === 'version') block.version = value;
      else if (key === 'resolution') block.resolution = value;
      else if (key === 'linkType') block.linkType = value;
    } else if (indent === 4) {
      name = key;
      if (list === 'dependencies') block.needs.set(key, value);
    } else if (indent === 6 && list === 'dependenciesMeta' && key === 'optional') block.needs.delete(name);
  }
  return { blocks, inConflict: false };
}

/**
 * A file that ends between two entries looks whole, but for entries that others need. Entries stand in the order of their
 * keys, so that only what would stand behind the last one can be cut off: what is missing before it is so for another
 * reason (workspaces, resolutions).
 */
function missingInClassic(blocks: readonly Block[]): string | undefined {
  const keys = new Set(blocks.flatMap(({ key }) => descriptorsOf(key)));
  const last = `${nameOf(descriptorsOf(blocks.at(-1)?.key ?? '')[0] ?? '')}@`;
  for (const { key, needs } of blocks)
    for (const [name, range] of needs) {
      if (`${name}@` < last || keys.has(`${name}@${range}`) || /^(?:link|workspace):/.test(range)) continue;
      return missingText(`${name}@${range}`, key);
    }
  return undefined;
}

/** The project and its workspaces have entries too, so that nothing but what a resolution replaced may be missing. */
function missingInBerry(blocks: readonly Block[]): string | undefined {
  if (!blocks.some(({ resolution }) => resolution.includes('@workspace:')))
    return 'it has no entry for the project itself';
  const names = new Set(blocks.flatMap(({ key }) => descriptorsOf(key).map(nameOf)));
  for (const { key, needs } of blocks)
    for (const name of needs.keys()) if (!names.has(name)) return missingText(name, key);
  return undefined;
}

function missingText(what: string, needing: string): string {
  return `it has no entry for ${what.slice(0, 300)}, which ${(descriptorsOf(needing)[0] ?? '').slice(0, 300)} needs`;
}

/** `"a@1 || 2", a@^3` → `a@1 || 2`, `a@^3`. */
function descriptorsOf(key: string): string[] {
  return key.split(', ').map(unquote);
}

function packageOf(block: Block): LockedPackage | undefined {
  // Soft links are workspaces: the project itself.
  if (block.key === '__metadata' || block.linkType === 'soft' || block.version === '') return undefined;
  if (block.resolution !== '') return lockedPackage(nameOf(block.resolution), block.version, false);
  // An alias, for itself or by a resolution: `alias@npm:lodash@4.17.19`.
  const descriptors = descriptorsOf(block.key);
  const aliased = descriptors.map(rangeOf).find((range) => range.startsWith('npm:'));
  const name = aliased === undefined ? nameOf(descriptors[0] ?? '') : nameOf(aliased.slice('npm:'.length));
  return lockedPackage(name, block.version, false);
}

function rangeOf(descriptor: string): string {
  return descriptor.slice(nameOf(descriptor).length + 1);
}

/** `@scope/name@range` → `@scope/name`. */
function nameOf(text: string): string {
  const at = text.indexOf('@', 1);
  return at < 0 ? text : text.slice(0, at);
}

function isComment(text: string): boolean {
  return text.split('\n', 100).every((line) => line.trim() === '' || line.startsWith('#'));
}
