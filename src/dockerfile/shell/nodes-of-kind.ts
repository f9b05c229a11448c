import { childrenOf, type Script, type ShellNode } from '../../formats/shell/index.ts';

const known = new WeakMap<Script, ReadonlyMap<ShellNode['kind'], readonly ShellNode[]>>();

/** All nodes of a kind in a script, here-documents too, in the order of the text; the tree is walked once for all who ask. */
export function nodesOfKind<Kind extends ShellNode['kind']>(
  script: Script,
  kind: Kind,
): readonly (ShellNode & { readonly kind: Kind })[] {
  let all = known.get(script);
  if (all === undefined) {
    all = collect(script);
    known.set(script, all);
  }
  const isKind = (node: ShellNode): node is ShellNode & { readonly kind: Kind } => node.kind === kind;
  return (all.get(kind) ?? []).filter(isKind);
}

function collect(script: Script): ReadonlyMap<ShellNode['kind'], readonly ShellNode[]> {
  const found = new Map<ShellNode['kind'], ShellNode[]>();
  visit(script, found);
  return found;
}

function visit(node: ShellNode, found: Map<ShellNode['kind'], ShellNode[]>): void {
  const same = found.get(node.kind);
  if (same === undefined) found.set(node.kind, [node]);
  else same.push(node);
  for (const child of childrenOf(node)) visit(child, found);
}
