import { hash } from 'node:crypto';
import type { Executable, ImageRecord, Package } from '../model/index.ts';
import { type Column, columnNamed, type Table, toTable, valueAt } from './columns.ts';
import { packagesOf, placeAt, placeColumns } from './kept-packages.ts';

/** The first line of what is kept to judge an image again; each further one holds packages of a layer, after a digest of them. */
interface Head extends Omit<ImageRecord, 'packages' | 'executables'> {
  readonly format: string;
  readonly executables: Table;
  /** Where the packages of the record stand in those of the lines. */
  readonly order: readonly number[];
}

/** Raise it when what is left out, or how the rest is written, changes. */
const inputFormat = 2;
const digestDigits = 32;
const lineEnd = 0x0a;

/** Which executables rules may speak of; `asked` changes when that does. */
export interface AskedOfExecutables {
  readonly isAsked: (executable: Executable) => boolean;
  readonly asked: string;
}

/** A record, and its packages once more: lists that other images have, too (those of a base), and the rest. */
export interface JudgedRecord {
  readonly record: ImageRecord;
  /** A package of it by id, faster than by going through them: those of lists that other images have stand in an index already. */
  readonly findPackage?: (id: string) => Package | undefined;
  readonly shared?: { readonly parts: readonly (readonly Package[])[]; readonly own: readonly Package[] };
}

/**
 * As much of a record as a policy's rules ask for, without what the advisory database says of it: what is kept to judge an image
 * again without its whole record. Conditions in CEL may ask for anything; where a policy has some, the whole record is read.
 */
export function judgingInput(record: ImageRecord, { isAsked, asked }: AskedOfExecutables): string {
  const { packages, ...bare } = withoutAdvisories(record);
  const places = packages.map((found, place) => ({ found, place }));
  const parts = [...Map.groupBy(places, ({ found }) => found.place.layer).values()];
  const order: number[] = [];
  parts.flat().forEach(({ place }, at) => void (order[place] = at));
  const head: Head = {
    ...bare,
    format: `${inputFormat} ${asked}`,
    executables: toTable(executablesAsked(record, isAsked).map(shortExecutable)),
    order,
  };
  const lines = parts.map((part) => {
    const text = JSON.stringify(toTable(part.map(({ found }) => shortPackage(found))));
    return `${hash('sha256', text, 'hex').slice(0, digestDigits)}${text}`;
  });
  return [JSON.stringify(head), ...lines].join('\n');
}

/** Reads inputs; packages of layers that it has seen lately are not read again. */
export class InputReader {
  readonly #asked: string;
  readonly #known = new Map<string, readonly Package[]>();
  readonly #seen = new Set<string>();
  readonly #mostPackages: number;
  #packages = 0;

  constructor({ asked }: Pick<AskedOfExecutables, 'asked'>, mostPackages = 60_000) {
    this.#asked = asked;
    this.#mostPackages = mostPackages;
  }

  /** The record of which that is the input; undefined where it was written in another form. */
  read(input: Buffer): JudgedRecord | undefined {
    const end = endOfLine(input, 0);
    const { format, executables, order, ...rest } = JSON.parse(input.toString('utf8', 0, end)) as Head;
    if (format !== `${inputFormat} ${this.#asked}`) return undefined;
    const all: Package[] = [];
    const parts: (readonly Package[])[] = [];
    const own: Package[] = [];
    for (let from = end + 1; from < input.length;) {
      const to = endOfLine(input, from);
      const { packages, isShared } = this.#part(input, from, to);
      all.push(...packages);
      if (isShared) parts.push(packages);
      else own.push(...packages);
      from = to + 1;
    }
    const record = { ...rest, packages: order.map((at) => all[at]!), executables: executablesOf(executables) };
    return { record, findPackage: finder(parts, own), shared: { parts, own } };
  }

  /** What is seen for the second time is kept: most layers are of one image alone. */
  #part(
    input: Buffer,
    from: number,
    to: number,
  ): { readonly packages: readonly Package[]; readonly isShared: boolean } {
    const digest = input.toString('latin1', from, from + digestDigits);
    const known = this.#known.get(digest);
    if (known !== undefined) {
      this.#known.delete(digest);
      this.#known.set(digest, known);
      return { packages: known, isShared: true };
    }
    const packages = packagesOf(JSON.parse(input.toString('utf8', from + digestDigits, to)) as Table);
    if (!this.#seen.delete(digest)) {
      if (this.#seen.size >= mostSeen) this.#seen.clear();
      this.#seen.add(digest);
      return { packages, isShared: false };
    }
    this.#known.set(digest, packages);
    this.#packages += packages.length;
    for (const [oldest, { length }] of this.#known) {
      if (this.#packages <= this.#mostPackages || oldest === digest) break;
      this.#known.delete(oldest);
      this.#packages -= length;
    }
    return { packages, isShared: true };
  }
}

/** Digests of lists seen once. Few enough that those of one image alone are forgotten before it comes again in the next run. */
const mostSeen = 4000;

/** Packages by id, of lists that are kept. */
const indexes = new WeakMap<readonly Package[], ReadonlyMap<string, Package>>();

/** Finds packages in lists that other images have, which are indexed once, and in those of the image alone. */
function finder(parts: readonly (readonly Package[])[], own: readonly Package[]): (id: string) => Package | undefined {
  let index: ReadonlyMap<string, Package> | undefined;
  return (id) => {
    for (const part of parts) {
      let known = indexes.get(part);
      if (known === undefined) indexes.set(part, (known = byId(part)));
      const found = known.get(id);
      if (found !== undefined) return found;
    }
    return (index ??= byId(own)).get(id);
  };
}

function byId(packages: readonly Package[]): ReadonlyMap<string, Package> {
  const index = new Map<string, Package>();
  for (const found of packages) index.set(found.id, found);
  return index;
}

function endOfLine(input: Buffer, from: number): number {
  const end = input.indexOf(lineEnd, from);
  return end < 0 ? input.length : end;
}

/** The record as it is before advisories are looked up, wherever it comes from. */
export function withoutAdvisories(record: ImageRecord): ImageRecord {
  const { advisories: _advisories, ...rest } = record;
  return {
    ...rest,
    findings: record.findings.filter(({ kind }) => kind !== 'vulnerability'),
    problems: record.problems.filter(({ source }) => source !== 'advisories'),
  };
}

/** Those that are asked about, and one that shows that there are programs which need shared libraries. */
function executablesAsked(
  { executables }: ImageRecord,
  isAsked: (executable: Executable) => boolean,
): readonly Executable[] {
  const dynamic = executables.find(({ elf, interpreter }) => elf !== undefined && interpreter !== undefined);
  return executables.filter((each) => each === dynamic || isAsked(each));
}

function shortPackage(found: Package): Package {
  const { depends: _d, provides: _p, essential: _e, sizeBytes: _s, ...rest } = found;
  return { ...rest, licenses: [], cataloger: '' };
}

function shortExecutable(executable: Executable): Executable {
  const { sha256: _sha, sizeBytes: _size, interpreterArgument: _argument, elf, ...rest } = executable;
  // Of an ELF file rules ask only whether it is one.
  return { ...rest, ...(elf === undefined ? {} : { elf: {} }) } as Executable;
}

function executablesOf(table: Table): readonly Executable[] {
  const places = placeColumns(table);
  const of = (name: string): Column | undefined => columnNamed(table, name);
  const [modes, uids, gids, links] = [of('mode'), of('uid'), of('gid'), of('links')];
  const [formats, interpreters, capabilities] = [of('format'), of('interpreter'), of('capabilities')];
  const [elfs, owners] = [of('elf'), of('ownedBy')];
  return Array.from(
    { length: table.rows },
    (_, i) =>
      ({
        mode: valueAt(modes, i),
        uid: valueAt(uids, i),
        gid: valueAt(gids, i),
        format: valueAt(formats, i),
        interpreter: valueAt(interpreters, i),
        capabilities: valueAt(capabilities, i),
        elf: valueAt(elfs, i),
        links: valueAt(links, i),
        ownedBy: valueAt(owners, i),
        place: placeAt(places, i),
      }) as Executable,
  );
}
