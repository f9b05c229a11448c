import schema from '../../../../docs/formats/policy.schema.json';

/** What may stand at a place of a policy, by its published schema (docs/formats/policy.schema.json). */

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

const root = schema as unknown as Schema & { readonly $defs?: Readonly<Record<string, Schema>> };

/** Keys that may stand where the cursor is, or values behind `key: `, that begin as what is typed. At most 20. */
export function completionsAt(text: string, at: number, begun: string): readonly string[] {
  const lines = text.slice(0, at).split('\n');
  const line = lines.pop()!;
  const before = line.slice(0, line.length - begun.length);
  const inFlow = /^\s*-?\s*([\w-]+):\s*\{(.*)$/.exec(before);
  const asValue = /([\w-]+):\s*$/.exec(before);
  let path = pathOf(lines, /^[\s-]*/.exec(line)![0].length);
  if (inFlow !== null) path = [...path, inFlow[1]!];
  if (asValue !== null) path = [...path, asValue[1]!];
  const places = path.reduce<readonly Schema[]>((at_, key) => at_.flatMap((place) => step(place, key)), spread(root));
  const words = asValue === null ? places.flatMap(keysOf) : places.flatMap(valuesOf);
  const found = [...new Set(words)].filter((word) => word.startsWith(begun) && word !== begun).sort();
  return found.slice(0, 20).map((word) => (asValue === null && !before.includes('{') ? `${word}: ` : word));
}

/** The keys above a line, by their indentation; entries of a list are their parent's. */
function pathOf(lines: readonly string[], indent: number): readonly string[] {
  const path: string[] = [];
  let limit = indent;
  for (let index = lines.length - 1; index >= 0 && limit > 0; index -= 1) {
    const line = lines[index]!;
    if (/^\s*(#|$)/.test(line)) continue;
    if (line.startsWith('---')) break;
    const [lead] = /^[\s-]*/.exec(line)!;
    const depth = /^\s*/.exec(line)![0].length;
    const key = /^[\s-]*([\w.-]+):/.exec(line)?.[1];
    if (lead.length < limit && key !== undefined) path.unshift(key);
    if (depth < limit) limit = lead.length < limit ? depth : Math.min(limit, depth + 1);
  }
  return path;
}

/** A schema and all that it stands for. */
function spread(of: Schema, depth = 0): readonly Schema[] {
  if (depth > 12) return [];
  const named = of.$ref?.replace('#/$defs/', '');
  const meant = named === undefined ? undefined : root.$defs?.[named];
  return [
    of,
    ...(meant === undefined ? [] : [meant]),
    ...(of.anyOf ?? []),
    ...(of.oneOf ?? []),
    ...(of.allOf ?? []),
  ].flatMap((part) => (part === of ? [of] : spread(part, depth + 1)));
}

function step(of: Schema, key: string): readonly Schema[] {
  const own = of.properties?.[key];
  const other = typeof of.additionalProperties === 'object' ? of.additionalProperties : undefined;
  const next = own ?? other;
  if (next === undefined) return [];
  return spread(next).flatMap((part) => (part.items === undefined ? [part] : spread(part.items)));
}

function keysOf({ properties }: Schema): readonly string[] {
  return Object.keys(properties ?? {});
}

function valuesOf({ enum: values, const: value }: Schema): readonly string[] {
  return [...(values ?? []), ...(value === undefined ? [] : [value])].map(String);
}
