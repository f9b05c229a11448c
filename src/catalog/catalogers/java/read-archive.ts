import { openZip } from '../../../formats/zip/index.ts';
import type { ZipArchive, ZipEntry, ZipProblem } from '../../../formats/zip/index.ts';
import type { ByteSource, PackageItem, Problem } from '../../../model/index.ts';
import { fileProblem } from '../../cataloger.ts';
import type { CatalogFile } from '../../cataloger.ts';
import { declaredLicenses, isPlausibleText, textOf } from '../../package-text.ts';
import { ArchiveBudget } from './archive-budget.ts';
import type { ArchiveLimits } from './archive-budget.ts';
import { isArchiveName } from './archive-names.ts';
import { identify } from './identity.ts';
import { manifestLicenses, readManifest } from './manifest.ts';
import { readPomProperties, readPomXml } from './pom.ts';
import type { Coordinates } from './pom.ts';

const maxMetadataBytes = 1024 * 1024;
/** Poms and nested archives remembered of one archive; a shaded giant has some hundreds. */
const maxRemembered = 10_000;

/** Reads a Java archive with everything nested in it. */
export class ArchiveReader {
  readonly items: PackageItem[] = [];
  readonly problems: Problem[] = [];
  private readonly file: CatalogFile;
  private readonly cataloger: string;
  private readonly budget: ArchiveBudget;
  private readonly codes = new Set<string>();

  constructor(cataloger: string, file: CatalogFile, limits: ArchiveLimits) {
    this.cataloger = cataloger;
    this.file = file;
    this.budget = new ArchiveBudget(limits);
  }

  /** Reads one archive. `inner` are the names of the archives around it, from the outside in, and its own; empty on top. */
  read(source: ByteSource, inner: readonly string[]): void {
    const { limits } = this.budget;
    if (inner.length > limits.maxDepth)
      return this.problem('nested-too-deep', inner, `archives are nested more than ${limits.maxDepth} deep`);
    if (!this.budget.enter())
      return this.problem(
        'too-many-nested-archives',
        inner,
        `there are more than ${limits.maxArchives} archives inside`,
      );
    const zip = openZip(source, { maxEntries: this.budget.entriesLeft, maxEntryBytes: limits.maxTotalBytes });
    const members = this.membersOf(zip);
    this.name(zip, members, inner);
    for (const entry of members.archives) this.descend(zip, entry, inner);
    for (const problem of zip.problems) this.zipProblem(problem, source, inner);
  }

  private membersOf(zip: ZipArchive): Members {
    const members: Members = { count: 0, manifests: [], pomProperties: [], pomXmls: [], archives: [] };
    for (const entry of zip.entries) {
      this.budget.countEntry();
      members.count++;
      const list = listFor(members, entry.name);
      if (list === undefined) continue;
      if (list.length < maxRemembered) list.push(entry);
      else
        this.problem(
          'too-many-nested-archives',
          [],
          `more than ${maxRemembered} members of one archive are of interest`,
        );
    }
    return members;
  }

  private name(zip: ZipArchive, members: Members, inner: readonly string[]): void {
    const manifest = readManifest(members.manifests.length > 0 ? this.text(zip, members.manifests[0]!) : '');
    const poms = this.pomsOf(zip, members);
    // What is not an archive at all, or has no members, is no package either.
    if (members.count === 0) return;
    const path = inner.at(-1) ?? this.file.path;
    const own = identify({ path, manifest, poms: [...poms.keys()] });
    if (own !== undefined && isPlausibleText(own.name)) {
      this.add(own.name, isPlausibleText(own.version) ? own.version : '', inner, {
        evidence: inner.length === 0 ? 'installed' : 'embedded',
        licenses: declaredLicenses(manifestLicenses(manifest)),
      });
    }
    const seen = new Set(own?.pom === undefined ? [] : [keyOf(own.pom)]);
    for (const [pom, member] of poms) {
      if (seen.has(keyOf(pom))) continue;
      seen.add(keyOf(pom));
      this.add(`${pom.group}:${pom.artifact}`, pom.version, [...inner, member], { evidence: 'embedded' });
    }
  }

  /** Coordinates with the member that tells them; a `pom.xml` only where no `pom.properties` lies beside it. */
  private pomsOf(zip: ZipArchive, members: Members): Map<Coordinates, string> {
    const poms = new Map<Coordinates, string>();
    const folders = new Set<string>();
    for (const [list, parse] of [
      [members.pomProperties, readPomProperties],
      [members.pomXmls, readPomXml],
    ] as const) {
      for (const entry of list) {
        const folder = entry.name.slice(0, entry.name.lastIndexOf('/'));
        if (list === members.pomXmls && folders.has(folder)) continue;
        const pom = parse(this.text(zip, entry));
        if (pom === undefined) continue;
        folders.add(folder);
        poms.set(pom, entry.name);
      }
    }
    return poms;
  }

  private text(zip: ZipArchive, entry: ZipEntry): string {
    const bytes = zip.read(entry, Math.min(maxMetadataBytes, this.budget.limits.maxTotalBytes));
    return bytes instanceof Uint8Array ? textOf(bytes) : '';
  }

  private descend(zip: ZipArchive, entry: ZipEntry, inner: readonly string[]): void {
    const path = [...inner, entry.name];
    const stored = zip.storedSource(entry);
    if (stored !== undefined) return this.read(stored, path);
    // Not worth inflating what would not be looked at.
    if (path.length > this.budget.limits.maxDepth)
      return this.read({ sizeBytes: 0, read: () => new Uint8Array() }, path);
    const bytes = zip.read(entry, this.budget.bytesLeft);
    if (!(bytes instanceof Uint8Array)) return;
    this.budget.hold(bytes.length);
    this.read({ sizeBytes: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }, path);
    this.budget.release(bytes.length);
  }

  private add(
    name: string,
    version: string,
    inner: readonly string[],
    rest: Pick<PackageItem, 'evidence' | 'licenses'>,
  ): void {
    const innerPath = inner.length === 0 ? {} : { innerPath: inner.join('!/') };
    const licenses = rest.licenses === undefined ? {} : { licenses: rest.licenses };
    this.items.push({
      kind: 'package',
      name,
      version,
      path: this.file.path,
      ...innerPath,
      evidence: rest.evidence,
      ...licenses,
    });
  }

  private zipProblem({ code, message }: ZipProblem, source: ByteSource, inner: readonly string[]): void {
    if (code === 'zip-not-an-archive') return this.notAnArchive(source, inner);
    this.problem(
      code,
      inner,
      message,
      code === 'zip-wrong-size' || code === 'zip-wrong-checksum' ? 'nothing' : 'packages',
    );
  }

  /** A file that merely has such a name (a placeholder, a test's text file) hides nothing: no JVM would load it either. */
  private notAnArchive(source: ByteSource, inner: readonly string[]): void {
    if (source.sizeBytes === 0) return;
    const [first, second, third] = source.read(0, 4);
    const begun = first === 0x50 && second === 0x4b && (third === 3 || third === 1);
    const code = begun ? 'unreadable-archive' : 'not-an-archive';
    this.problem(code, inner, 'it is not a whole ZIP archive', begun ? 'packages' : 'nothing');
  }

  /** One problem of a code is enough for a file: a hostile one could make millions. */
  private problem(code: string, inner: readonly string[], message: string, hides: Problem['hides'] = 'packages'): void {
    if (this.codes.has(code)) return;
    this.codes.add(code);
    const place = inner.length === 0 ? '' : `${inner.join('!/').slice(0, 500)}: `;
    this.problems.push(fileProblem(this.cataloger, this.file, { code, message: `${place}${message}`, hides }));
  }
}

interface Members {
  count: number;
  readonly manifests: ZipEntry[];
  readonly pomProperties: ZipEntry[];
  readonly pomXmls: ZipEntry[];
  readonly archives: ZipEntry[];
}

function listFor(members: Members, name: string): ZipEntry[] | undefined {
  // Nearly all members are classes.
  if (name.endsWith('.class')) return undefined;
  if (name === 'META-INF/MANIFEST.MF' || (name.length === 20 && name.toUpperCase() === 'META-INF/MANIFEST.MF'))
    return members.manifests;
  if (name.endsWith('/pom.properties')) return name.includes('META-INF/maven/') ? members.pomProperties : undefined;
  if (name.endsWith('/pom.xml')) return name.includes('META-INF/maven/') ? members.pomXmls : undefined;
  return isArchiveName(name) ? members.archives : undefined;
}

function keyOf(pom: Coordinates): string {
  return `${pom.group}:${pom.artifact}:${pom.version}`;
}
