import type { Package, Place } from '../model/index.ts';
import { type Column, columnNamed, type Table, valueAt } from './columns.ts';

/** The columns of a table of packages by what they hold; absent where no package has it. */
interface PackageColumns {
  readonly id: Column | undefined;
  readonly type: Column | undefined;
  readonly name: Column | undefined;
  readonly version: Column | undefined;
  readonly purl: Column | undefined;
  readonly scheme: Column | undefined;
  readonly ecosystem: Column | undefined;
  readonly arch: Column | undefined;
  readonly sourceName: Column | undefined;
  readonly sourceVersion: Column | undefined;
  readonly evidence: Column | undefined;
  readonly dev: Column | undefined;
  readonly vendor: Column | undefined;
  readonly modularity: Column | undefined;
  readonly ownedBy: Column | undefined;
  readonly place: PlaceColumns;
}

export interface PlaceColumns {
  readonly path: Column | undefined;
  readonly innerPath: Column | undefined;
  readonly line: Column | undefined;
  readonly configuration: Column | undefined;
  readonly layer: Column | undefined;
  readonly owner: Column | undefined;
  readonly instruction: Column | undefined;
  readonly deletedIn: Column | undefined;
}

/** The packages of a table, in its order: each is a row that is read where it is asked for, since most are asked for their name alone. */
export function packagesOf(table: Table): readonly Package[] {
  const of = (outer: string, inner?: string): Column | undefined => columnNamed(table, outer, inner);
  const columns: PackageColumns = {
    id: of('id'),
    type: of('type'),
    name: of('name'),
    version: of('version'),
    purl: of('purl'),
    scheme: of('scheme'),
    ecosystem: of('ecosystem'),
    arch: of('arch'),
    sourceName: of('source', 'name'),
    sourceVersion: of('source', 'version'),
    evidence: of('evidence'),
    dev: of('dev'),
    vendor: of('vendor'),
    modularity: of('modularity'),
    ownedBy: of('ownedBy'),
    place: placeColumns(table),
  };
  const packages = Array<Package>(table.rows);
  for (let row = 0; row < table.rows; row++) packages[row] = new KeptPackage(columns, row);
  return packages;
}

export function placeColumns(table: Table): PlaceColumns {
  const of = (name: string): Column | undefined => columnNamed(table, 'place', name);
  return {
    path: of('path'),
    innerPath: of('innerPath'),
    line: of('line'),
    configuration: of('configuration'),
    layer: of('layer'),
    owner: of('owner'),
    instruction: of('instruction'),
    deletedIn: of('deletedIn'),
  };
}

/** The place of a row. What is not there is undefined, which rules take for the same. */
export function placeAt(columns: PlaceColumns, row: number): Place {
  return {
    path: valueAt(columns.path, row),
    innerPath: valueAt(columns.innerPath, row),
    line: valueAt(columns.line, row),
    configuration: valueAt(columns.configuration, row),
    layer: valueAt(columns.layer, row),
    owner: valueAt(columns.owner, row),
    instruction: valueAt(columns.instruction, row),
    deletedIn: valueAt(columns.deletedIn, row),
  } as Place;
}

const none: readonly string[] = [];

class KeptPackage implements Package {
  readonly #columns: PackageColumns;
  readonly #row: number;
  #place: Place | undefined;

  constructor(columns: PackageColumns, row: number) {
    this.#columns = columns;
    this.#row = row;
  }

  get id(): string {
    return valueAt(this.#columns.id, this.#row) as string;
  }

  get type(): string {
    return valueAt(this.#columns.type, this.#row) as string;
  }

  get name(): string {
    return valueAt(this.#columns.name, this.#row) as string;
  }

  get version(): string {
    return valueAt(this.#columns.version, this.#row) as string;
  }

  get purl(): string {
    return valueAt(this.#columns.purl, this.#row) as string;
  }

  get scheme(): string {
    return valueAt(this.#columns.scheme, this.#row) as string;
  }

  get ecosystem(): Package['ecosystem'] {
    return valueAt(this.#columns.ecosystem, this.#row) as Package['ecosystem'];
  }

  get arch(): Package['arch'] {
    return valueAt(this.#columns.arch, this.#row) as Package['arch'];
  }

  get source(): Package['source'] {
    const { sourceName, sourceVersion } = this.#columns;
    const name = valueAt(sourceName, this.#row) as string | undefined;
    return name === undefined ? undefined : { name, version: valueAt(sourceVersion, this.#row) as string };
  }

  get licenses(): readonly string[] {
    return none;
  }

  get evidence(): Package['evidence'] {
    return valueAt(this.#columns.evidence, this.#row) as Package['evidence'];
  }

  get dev(): Package['dev'] {
    return valueAt(this.#columns.dev, this.#row) as Package['dev'];
  }

  get vendor(): Package['vendor'] {
    return valueAt(this.#columns.vendor, this.#row) as Package['vendor'];
  }

  get modularity(): Package['modularity'] {
    return valueAt(this.#columns.modularity, this.#row) as Package['modularity'];
  }

  get cataloger(): string {
    return '';
  }

  get ownedBy(): Package['ownedBy'] {
    return valueAt(this.#columns.ownedBy, this.#row) as Package['ownedBy'];
  }

  /** One and the same whenever it is asked for: findings have it, too. */
  get place(): Place {
    return (this.#place ??= placeAt(this.#columns.place, this.#row));
  }

  /** As JSON has it: a package like any other. */
  toJSON(): Package {
    const { id, type, name, version, purl, scheme, ecosystem, arch, source, licenses, evidence } = this;
    const { dev, vendor, modularity, cataloger, ownedBy, place } = this;
    const named = { id, type, name, version, purl, scheme, ecosystem, arch, source, licenses, evidence };
    return { ...named, dev, vendor, modularity, cataloger, ownedBy, place };
  }
}
