import type { ImageRecord, Package, VulnerabilityFinding } from '../model/index.ts';
import { canonicalJson, sha256 } from './digest.ts';
import { imageNames, repositoryOf } from './image-names.ts';
import type { VexProduct, VexStatement } from './vex-statement.ts';

/** What VEX statements say about one image. */
export class ApplicableVex {
  /** Of all statements, those on other images too: the same whatever the order of documents and statements. */
  readonly digest: string;
  readonly #byVulnerability: ReadonlyMap<string, readonly VexStatement[]>;
  readonly #image: ImageNamesForVex;

  constructor(statements: readonly VexStatement[], record: ImageRecord, reference: string | undefined) {
    const { byVulnerability, digest: ofStatements } = setOf(statements);
    this.#byVulnerability = byVulnerability;
    this.digest = ofStatements;
    const { digest, manifestDigest, configDigest } = record.image;
    const digests = [digest, manifestDigest, configDigest].filter((known) => known !== undefined);
    this.#image = { names: imageNames(record, reference), digests: new Set<string>(digests), reference };
  }

  /** The statement that says a finding does no harm; undefined where none does or a later one takes it back. */
  exonerates(finding: VulnerabilityFinding, found: Package | undefined): VexStatement | undefined {
    let last: VexStatement | undefined;
    for (const name of [finding.advisory, ...finding.aliases]) {
      for (const statement of this.#byVulnerability.get(name.toUpperCase()) ?? []) {
        if (last !== undefined && !isLater(statement, last)) continue;
        if (statement.products.some((product) => isAbout(product, found, this.#image))) last = statement;
      }
    }
    return last?.status === 'not_affected' || last?.status === 'fixed' ? last : undefined;
  }
}

interface ImageNamesForVex {
  readonly names: readonly string[];
  readonly digests: ReadonlySet<string>;
  readonly reference: string | undefined;
}

interface VexSet {
  readonly byVulnerability: ReadonlyMap<string, readonly VexStatement[]>;
  readonly digest: string;
}

const sets = new WeakMap<readonly VexStatement[], VexSet>();

/** Statements by vulnerability, and their digest; made once for each list of statements. In no order but their own. */
function setOf(statements: readonly VexStatement[]): VexSet {
  const known = sets.get(statements);
  if (known !== undefined) return known;
  const sorted = statements
    .map((statement) => ({ statement, text: canonicalJson(statement) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .filter(({ text }, i, all) => text !== all[i - 1]?.text);
  const index = new Map<string, VexStatement[]>();
  for (const { statement } of sorted) {
    for (const name of new Set(statement.vulnerabilities.map((text) => text.toUpperCase()))) {
      const list = index.get(name);
      if (list === undefined) index.set(name, [statement]);
      else list.push(statement);
    }
  }
  const digest = `sha256:${sha256(sorted.map(({ text }) => `${text}\n`).join(''))}`;
  const made = { byVulnerability: index, digest };
  sets.set(statements, made);
  return made;
}

/** Later by time; of two without, or with the same, a cautious one wins over one that exonerates, else the first. */
function isLater(a: VexStatement, b: VexStatement): boolean {
  const [timeA, timeB] = [Date.parse(a.timestamp ?? '') || 0, Date.parse(b.timestamp ?? '') || 0];
  if (timeA !== timeB) return timeA > timeB;
  return a.status === 'affected' || a.status === 'under_investigation';
}

function isAbout(product: VexProduct, found: Package | undefined, image: ImageNamesForVex): boolean {
  if (isImage(product, image)) {
    if (product.subcomponents.length === 0) return true;
    return found !== undefined && product.subcomponents.some((purl) => isPackage(purl, found.purl));
  }
  return product.subcomponents.length === 0 && found !== undefined && isPackage(product.id, found.purl);
}

function isImage({ id, digests }: VexProduct, image: ImageNamesForVex): boolean {
  if (digests.some((digest) => image.digests.has(digest)) || image.names.includes(id)) return true;
  const purl = readPurl(id);
  if (purl === undefined || (purl.type !== 'oci' && purl.type !== 'docker')) return false;
  if (purl.version?.startsWith('sha256:') === true) return image.digests.has(purl.version);
  if (image.reference === undefined) return false;
  const repository = purl.qualifiers.get('repository_url') ?? (purl.type === 'docker' ? purl.name : undefined);
  const tag = purl.qualifiers.get('tag') ?? (purl.type === 'docker' ? purl.version : undefined);
  if (repository === undefined || !image.names.includes(repository)) return false;
  const referenceTag = image.reference.split('@', 1)[0]!.slice(repositoryOf(image.reference).length + 1);
  return tag === undefined || tag === referenceTag;
}

function isPackage(stated: string, actual: string): boolean {
  const [a, b] = [readPurl(stated), readPurl(actual)];
  if (a === undefined || b === undefined || a.type !== b.type || a.name !== b.name) return false;
  if (a.version !== undefined && a.version !== b.version) return false;
  return [...a.qualifiers].every(([key, value]) => (b.qualifiers.get(key) ?? value) === value);
}

interface Purl {
  readonly type: string;
  /** Namespace and name. */
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** The parts of a purl that decide what it names (purl-spec § Rules); undefined where it is none. */
function readPurl(text: string): Purl | undefined {
  const match = /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\/([^?#]+)(?:\?([^#]*))?/.exec(text);
  if (match === null) return undefined;
  const path = match[2]!;
  const at = path.lastIndexOf('@');
  const hasVersion = at > path.lastIndexOf('/') + 1 || (at > 0 && /^[^/]*sha256:/.test(path.slice(at + 1)));
  const qualifiers = new Map<string, string>();
  for (const pair of (match[3] ?? '').split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0) qualifiers.set(pair.slice(0, equals).toLowerCase(), decode(pair.slice(equals + 1)));
  }
  return {
    type: match[1]!.toLowerCase(),
    name: decode(hasVersion ? path.slice(0, at) : path),
    version: hasVersion ? decode(path.slice(at + 1)) : undefined,
    qualifiers,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
