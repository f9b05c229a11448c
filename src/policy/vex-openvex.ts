import { asList, asObject, asText, member } from './vex-json.ts';
import type { JsonObject, Reader } from './vex-json.ts';
import type { VexProduct, VexStatement } from './vex-statement.ts';

const statuses = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;

/** The statements of an OpenVEX document (OpenVEX spec § Statements). */
export function openVexStatements(document: JsonObject, reader: Reader): readonly VexStatement[] {
  const statements = asList(member(document, 'statements')).map((value, index) =>
    statement(document, value, { index, reader }),
  );
  return statements.filter((known) => known !== undefined);
}

function statement(
  document: JsonObject,
  value: unknown,
  { index, reader }: { readonly index: number; readonly reader: Reader },
): VexStatement | undefined {
  const source = asObject(value);
  const vulnerabilities = vulnerabilityNames(member(source, 'vulnerability'));
  const status = statuses.find((known) => known === member(source, 'status'));
  const products = asList(member(source, 'products')).map((product) => productOf(product, source));
  const known = products.filter((product) => product !== undefined);
  const reason = [asText(member(source, 'justification')), asText(member(source, 'impact_statement'))].filter(
    (part) => part !== undefined,
  );
  const missing =
    vulnerabilities.length === 0
      ? 'vulnerability'
      : status === undefined
        ? 'status'
        : known.length === 0
          ? 'products'
          : undefined;
  if (missing !== undefined) return refuse(`statement ${index} has no usable ${missing}`);
  if (status === 'not_affected' && reason.length === 0)
    return refuse(`statement ${index} says not_affected without justification or impact_statement`);
  const timestamp = asText(member(source, 'timestamp')) ?? asText(member(document, 'timestamp'));
  return {
    id: `${asText(member(document, '@id')) ?? reader.name}#${index}`,
    author: asText(member(source, 'supplier')) ?? asText(member(document, 'author')) ?? reader.name,
    vulnerabilities,
    products: known,
    status: status!,
    reason: reason.join(': ') || asText(member(source, 'status_notes')) || status!,
    ...(timestamp === undefined ? {} : { timestamp }),
  };

  function refuse(why: string): undefined {
    reader.complain(why);
    return undefined;
  }
}

function vulnerabilityNames(value: unknown): readonly string[] {
  const source = asObject(value);
  const names =
    source === undefined
      ? [value]
      : [member(source, 'name'), ...asList(member(source, 'aliases')), idOf(member(source, '@id'))];
  return names.map(asText).filter((name) => name !== undefined);
}

/** Ids are often addresses that end in the vulnerability's name. */
function idOf(value: unknown): string | undefined {
  const text = asText(value);
  return text?.slice(text.lastIndexOf('/') + 1);
}

function productOf(value: unknown, statementSource: JsonObject | undefined): VexProduct | undefined {
  const source = asObject(value);
  const identifiers = asObject(member(source, 'identifiers'));
  const id = asText(member(identifiers, 'purl')) ?? asText(source === undefined ? value : member(source, '@id'));
  if (id === undefined) return undefined;
  const hashes = asObject(member(source, 'hashes'));
  const digests = [...digestsIn(hashes), ...(/^sha256:[0-9a-f]{64}$/.test(id) ? [id] : [])];
  const listed = [...asList(member(source, 'subcomponents')), ...asList(member(statementSource, 'subcomponents'))];
  const subcomponents = listed.map(componentId).filter((purl) => purl !== undefined);
  // A part that can't be named must not widen the statement to the whole product.
  if (listed.length > 0 && subcomponents.length === 0) return undefined;
  return { id, digests, subcomponents };
}

function componentId(value: unknown): string | undefined {
  const source = asObject(value);
  return (
    asText(member(asObject(member(source, 'identifiers')), 'purl')) ??
    asText(source === undefined ? value : member(source, '@id'))
  );
}

function digestsIn(hashes: JsonObject | undefined): readonly string[] {
  const hex = asText(member(hashes, 'sha-256')) ?? asText(member(hashes, 'sha256'));
  return hex !== undefined && /^[0-9a-f]{64}$/i.test(hex) ? [`sha256:${hex.toLowerCase()}`] : [];
}
