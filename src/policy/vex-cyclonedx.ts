import { asList, asObject, asText, member } from './vex-json.ts';
import type { JsonObject, Reader } from './vex-json.ts';
import type { VexProduct, VexStatement } from './vex-statement.ts';

/** CycloneDX's analysis states (spec § vulnerabilities.analysis.state) in the words of VEX. */
const statusOf: Readonly<Record<string, VexStatement['status']>> = {
  not_affected: 'not_affected',
  false_positive: 'not_affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
};
const deepestComponents = 50;

/** The statements of a CycloneDX document: its vulnerabilities that have an analysis. */
export function cyclonedxStatements(document: JsonObject, reader: Reader): readonly VexStatement[] {
  const products = productsByRef(document);
  return asList(member(document, 'vulnerabilities'))
    .map((value, index) => statement(asObject(value), { document, products, index, reader }))
    .filter((known) => known !== undefined);
}

interface Around {
  readonly document: JsonObject;
  readonly products: ReadonlyMap<string, VexProduct>;
  readonly index: number;
  readonly reader: Reader;
}

function statement(
  source: JsonObject | undefined,
  { document, products, index, reader }: Around,
): VexStatement | undefined {
  const analysis = asObject(member(source, 'analysis'));
  if (source !== undefined && analysis === undefined) return undefined;
  const state = asText(member(analysis, 'state'));
  const status = state !== undefined && Object.hasOwn(statusOf, state) ? statusOf[state] : undefined;
  const id = asText(member(source, 'id'));
  const references = asList(member(source, 'references')).map((value) => asText(member(asObject(value), 'id')));
  const affected = asList(member(source, 'affects')).flatMap((value) => productsOf(asObject(value), products));
  const missing =
    id === undefined ? 'id' : status === undefined ? 'analysis.state' : affected.length === 0 ? 'affects' : undefined;
  if (missing !== undefined) {
    reader.complain(`vulnerability ${id ?? index} has no usable ${missing}`);
    return undefined;
  }
  const reason = [
    state === status ? undefined : state,
    asText(member(analysis, 'justification')),
    asText(member(analysis, 'detail')),
  ];
  const metadata = asObject(member(document, 'metadata'));
  const timestamp =
    asText(member(analysis, 'lastUpdated')) ??
    asText(member(source, 'updated')) ??
    asText(member(metadata, 'timestamp'));
  return {
    id: `${asText(member(document, 'serialNumber')) ?? reader.name}#${index}`,
    author: authorOf(metadata) ?? reader.name,
    vulnerabilities: [id!, ...references.filter((name) => name !== undefined)],
    products: affected,
    status: status!,
    reason: reason.filter((part) => part !== undefined).join(': ') || 'no reason is given',
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

/** What an `affects` entry speaks of: the component of this document, or what a BOM-Link or purl names. */
function productsOf(source: JsonObject | undefined, products: ReadonlyMap<string, VexProduct>): readonly VexProduct[] {
  const ref = asText(member(source, 'ref'));
  if (ref === undefined) return [];
  const linked = ref.startsWith('urn:cdx:') ? decode(ref.slice(ref.indexOf('#') + 1)) : ref;
  const product = products.get(ref) ?? products.get(linked) ?? { id: linked, digests: [], subcomponents: [] };
  const versions = asList(member(source, 'versions')).map(asObject);
  if (versions.length === 0) return [product];
  // Ranges can't be compared here: only versions that are named count.
  return versions.flatMap((entry) => {
    const version = asText(member(entry, 'version'));
    const purl = product.id.replace(/@[^@/?#]*(?=[?#]|$)/, '');
    if (version === undefined || !purl.startsWith('pkg:')) return [];
    return [{ ...product, id: purl.replace(/(?=[?#]|$)/, `@${encodeURIComponent(version)}`) }];
  });
}

/** Every component of the document by its bom-ref. */
function productsByRef(document: JsonObject): ReadonlyMap<string, VexProduct> {
  const products = new Map<string, VexProduct>();
  const open: { readonly value: unknown; readonly depth: number }[] = [
    { value: member(asObject(member(document, 'metadata')), 'component'), depth: 0 },
    ...asList(member(document, 'components')).map((value) => ({ value, depth: 0 })),
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const component = asObject(next.value);
    const ref = asText(member(component, 'bom-ref'));
    const id = asText(member(component, 'purl')) ?? ref;
    if (ref !== undefined && id !== undefined)
      products.set(ref, { id, digests: digestsOf(component), subcomponents: [] });
    if (next.depth < deepestComponents) {
      for (const value of asList(member(component, 'components'))) open.push({ value, depth: next.depth + 1 });
    }
  }
  return products;
}

function digestsOf(component: JsonObject | undefined): readonly string[] {
  if (member(component, 'type') !== 'container') return [];
  const hashes = asList(member(component, 'hashes')).map(asObject);
  const found = hashes
    .filter((entry) => member(entry, 'alg') === 'SHA-256')
    .map((entry) => asText(member(entry, 'content')));
  const version = asText(member(component, 'version'));
  return [...found.map((hex) => `sha256:${hex}`), ...(version === undefined ? [] : [version])].filter((digest) =>
    /^sha256:[0-9a-f]{64}$/.test(digest),
  );
}

function authorOf(metadata: JsonObject | undefined): string | undefined {
  const parties = [
    ...asList(member(metadata, 'authors')),
    member(metadata, 'supplier'),
    member(metadata, 'manufacturer'),
    member(metadata, 'manufacture'),
  ];
  return parties.map((party) => asText(member(asObject(party), 'name'))).find((name) => name !== undefined);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
