import type { Finding, ImageRecord, Package, VulnerabilityFinding } from '../model/index.ts';
import { canonicalJson, sha256 } from './digest.ts';
import { imageNames, repositoryOf } from './image-names.ts';
import { isPackage, readPurl } from './vex-purl.ts';
import type { VexProduct, VexStatement } from './vex-statement.ts';

/** What VEX statements say about one image. */
export class ApplicableVex {
  readonly #byVulnerability: ReadonlyMap<string, readonly IndexedStatement[]>;
  readonly #image: ImageNamesForVex;

  constructor(statements: readonly VexStatement[], record: ImageRecord, reference: string | undefined) {
    this.#byVulnerability = indexOf(statements);
    const { digest, manifestDigest, configDigest } = record.image;
    const digests = [digest, manifestDigest, configDigest].filter((known) => known !== undefined);
    this.#image = { names: imageNames(record, reference), digests: new Set<string>(digests), reference };
  }

  /** The statement that says a finding does no harm; undefined where none does or a later one takes it back. */
  exonerates(finding: VulnerabilityFinding, found: Package | undefined): VexStatement | undefined {
    let last: VexStatement | undefined;
    for (const { statement } of this.#about(finding, found))
      if (last === undefined || isLater(statement, last)) last = statement;
    return last?.status === 'not_affected' || last?.status === 'fixed' ? last : undefined;
  }

  /**
   * Digest of the statements that speak of what was found in the image: the same whatever the order of documents and statements,
   * and whatever else they say of other images. Undefined where none does.
   */
  digest(findings: readonly Finding[], packageOf: (id: string) => Package | undefined): string | undefined {
    const texts = new Set<string>();
    for (const finding of findings)
      if (finding.kind === 'vulnerability')
        for (const { text } of this.#about(finding, packageOf(finding.packageId))) texts.add(text);
    return texts.size === 0 ? undefined : `sha256:${sha256([...texts].sort(byText).join(''))}`;
  }

  *#about(finding: VulnerabilityFinding, found: Package | undefined): Generator<IndexedStatement> {
    for (const name of [finding.advisory, ...finding.aliases])
      for (const indexed of this.#byVulnerability.get(name.toUpperCase()) ?? [])
        if (indexed.statement.products.some((product) => isAbout(product, found, this.#image))) yield indexed;
  }
}

interface ImageNamesForVex {
  readonly names: readonly string[];
  readonly digests: ReadonlySet<string>;
  readonly reference: string | undefined;
}

interface IndexedStatement {
  readonly statement: VexStatement;
  /** Its canonical form and the end of a line. */
  readonly text: string;
}

type VexIndex = ReadonlyMap<string, readonly IndexedStatement[]>;

const indexes = new WeakMap<readonly VexStatement[], VexIndex>();

/** Statements by vulnerability; made once for each list of statements. In no order but their own. */
function indexOf(statements: readonly VexStatement[]): VexIndex {
  const known = indexes.get(statements);
  if (known !== undefined) return known;
  const sorted = statements
    .map((statement) => ({ statement, text: `${canonicalJson(statement)}\n` }))
    .sort((a, b) => byText(a.text, b.text))
    .filter(({ text }, i, all) => text !== all[i - 1]?.text);
  const index = new Map<string, IndexedStatement[]>();
  for (const indexed of sorted) {
    for (const name of new Set(indexed.statement.vulnerabilities.map((text) => text.toUpperCase()))) {
      const list = index.get(name);
      if (list === undefined) index.set(name, [indexed]);
      else list.push(indexed);
    }
  }
  indexes.set(statements, index);
  return index;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
