import type { LayerMember } from '../../image/write/index.ts';
import type { Difference } from './differences.ts';

/** What two members of one name can differ in, and how each value is said. */
const attributes: readonly (readonly [name: string, text: (member: LayerMember) => string])[] = [
  ['type', ({ type }) => type],
  ['mode', ({ mode }) => mode.toString(8).padStart(4, '0')],
  ['owner', ({ uid, gid }) => `${uid}:${gid}`],
  ['owner name', ({ userName, groupName }) => (userName === '' && groupName === '' ? '' : `${userName}:${groupName}`)],
  ['time', ({ modified }) => timeText(modified)],
  ['size', ({ sizeBytes }) => String(sizeBytes)],
  ['content', ({ sha256 }) => (sha256 === '' ? '' : `sha256:${sha256}`)],
  ['link', ({ linkName }) => linkName],
  ['device', ({ type, deviceMajor, deviceMinor }) => (type.endsWith('-device') ? `${deviceMajor},${deviceMinor}` : '')],
  ['extended attributes', ({ xattrs }) => attributesText(xattrs)],
];

/** In what two layers differ, by path; where nothing of that does, in the order of their members. */
export function compareLayers(
  layer: number,
  before: readonly LayerMember[],
  after: readonly LayerMember[],
): readonly Difference[] {
  const old = byName(before);
  const now = byName(after);
  const differences: Difference[] = [];
  for (const path of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [left, right] = [old.get(path), now.get(path)];
    const at = { where: 'layer', layer, path: path === '' ? '/' : path } as const;
    if (left === undefined || right === undefined) {
      const [there, gone] = ['there', 'not there'];
      differences.push({
        ...at,
        attribute: 'entry',
        ...(left === undefined ? { before: gone, after: there } : { before: there, after: gone }),
      });
      continue;
    }
    for (const [attribute, text] of attributes) {
      const [was, is] = [text(left), text(right)];
      if (was !== is) differences.push({ ...at, attribute, before: was, after: is });
    }
  }
  if (differences.length > 0) return differences;
  const index = before.findIndex((member, i) => after[i]?.name !== member.name);
  const order = { where: 'layer', layer, attribute: 'order' } as const;
  return index < 0 && before.length === after.length
    ? [{ ...order, attribute: 'archive', before: 'the same members', after: 'written in another form' }]
    : [{ ...order, before: nameAt(before, index), after: nameAt(after, index) }];
}

function nameAt(members: readonly LayerMember[], index: number): string {
  const member = members[index];
  return member === undefined ? 'the end' : `/${member.name} at place ${index + 1}`;
}

function byName(members: readonly LayerMember[]): ReadonlyMap<string, LayerMember> {
  return new Map(members.map((member) => [member.name, member]));
}

function timeText(modified: string): string {
  const seconds = Number(modified);
  return Number.isFinite(seconds) && Math.abs(seconds) < 1e11
    ? `${new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z')}${modified.includes('.') ? ` + 0.${modified.split('.')[1]}` : ''}`
    : modified;
}

function attributesText(xattrs: LayerMember['xattrs']): string {
  return Object.keys(xattrs)
    .sort()
    .map((name) => `${name}=${Buffer.from(xattrs[name]!).toString('hex')}`)
    .join(' ');
}
