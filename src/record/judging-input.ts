import type { Executable, ImageRecord, Package, Place } from '../model/index.ts';
import { columnOf, type Table, toTable } from './columns.ts';

/** A record in the form in which it is kept to be judged again. */
interface JudgingInput extends Omit<ImageRecord, 'packages' | 'executables' | 'findings'> {
  readonly format: typeof inputFormat;
  readonly packages: Table;
  readonly executables: Table;
  readonly findings: ImageRecord['findings'];
}

/** Raise it when what is left out, or how the rest is written, changes. */
const inputFormat = 1;

/**
 * As much of a record as a policy's rules ask for, without what the advisory database says of it: what is kept to judge an image
 * again without its whole record. Conditions in CEL may ask for anything; where a policy has some, the whole record is read.
 */
export function judgingInput(record: ImageRecord): string {
  const input: JudgingInput = {
    ...withoutAdvisories(record),
    format: inputFormat,
    packages: toTable(record.packages.map((found) => inLayer(shortPackage(found), record))),
    executables: toTable(record.executables.map((each) => inLayer(shortExecutable(each), record))),
  };
  return JSON.stringify(input);
}

/** The record of which that is the input; undefined where it was written in another form. */
export function recordOfInput(text: string): ImageRecord | undefined {
  const { format, packages, executables, ...rest } = JSON.parse(text) as JudgingInput;
  if (format !== inputFormat) return undefined;
  return { ...rest, packages: packagesOf(packages, rest.layers), executables: executablesOf(executables, rest.layers) };
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

function shortPackage(found: Package): Package {
  const { depends: _d, provides: _p, essential: _e, sizeBytes: _s, ...rest } = found;
  return { ...rest, licenses: [], cataloger: '' };
}

function shortExecutable(executable: Executable): Executable {
  const { sha256: _sha, sizeBytes: _size, interpreterArgument: _argument, elf, ...rest } = executable;
  // Of an ELF file rules ask only whether it is one.
  return { ...rest, ...(elf === undefined ? {} : { elf: {} }) } as Executable;
}

/** In place of an instruction that the layer has, too. */
const asInLayer = '=';

function inLayer<T extends { readonly place: Place }>(item: T, { layers }: ImageRecord): T {
  const { place } = item;
  if (place.instruction === undefined || place.layer === undefined) return item;
  if (layers[place.layer]?.instruction !== place.instruction) return item;
  return { ...item, place: { ...place, instruction: asInLayer } };
}

/*
 * Written out member by member: objects that are made alike are made fast. What is not there is undefined, which rules take for the
 * same.
 */
function packagesOf(table: Table, layers: Layers): readonly Package[] {
  const places = placesOf(table, layers);
  const [ids, types, names, versions] = four(table, 'id', 'type', 'name', 'version');
  const [purls, schemes, ecosystems, archs] = four(table, 'purl', 'scheme', 'ecosystem', 'arch');
  const [devs, vendors, modularities, owners] = four(table, 'dev', 'vendor', 'modularity', 'ownedBy');
  const evidences = columnOf(table, 'evidence');
  const sources = [columnOf(table, 'source', 'name'), columnOf(table, 'source', 'version')] as const;
  return places.map((place, i) => {
    const source = sources[0][i] === undefined ? undefined : { name: sources[0][i], version: sources[1][i] };
    return {
      id: ids[i],
      type: types[i],
      name: names[i],
      version: versions[i],
      purl: purls[i],
      scheme: schemes[i],
      ecosystem: ecosystems[i],
      arch: archs[i],
      source,
      licenses: none,
      evidence: evidences[i],
      dev: devs[i],
      vendor: vendors[i],
      modularity: modularities[i],
      cataloger: '',
      ownedBy: owners[i],
      place,
    } as Package;
  });
}

function executablesOf(table: Table, layers: Layers): readonly Executable[] {
  const places = placesOf(table, layers);
  const [modes, uids, gids, links] = four(table, 'mode', 'uid', 'gid', 'links');
  const [formats, interpreters, capabilities, owners] = four(table, 'format', 'interpreter', 'capabilities', 'ownedBy');
  const elfs = columnOf(table, 'elf');
  return places.map(
    (place, i) =>
      ({
        mode: modes[i],
        uid: uids[i],
        gid: gids[i],
        format: formats[i],
        interpreter: interpreters[i],
        capabilities: capabilities[i],
        elf: elfs[i],
        links: links[i],
        ownedBy: owners[i],
        place,
      }) as Executable,
  );
}

type Layers = ImageRecord['layers'];
const none: readonly string[] = [];

function placesOf(table: Table, layers: Layers): readonly Place[] {
  const of = (name: string): readonly unknown[] => columnOf(table, 'place', name);
  const [paths, innerPaths, lines, configurations] = ['path', 'innerPath', 'line', 'configuration'].map(of);
  const [numbers, owners, instructions, deletions] = ['layer', 'owner', 'instruction', 'deletedIn'].map(of);
  return Array.from({ length: table.rows }, (_, i) => {
    const layer = numbers![i] as number | undefined;
    const instruction = instructions![i] as string | undefined;
    return {
      path: paths![i],
      innerPath: innerPaths![i],
      line: lines![i],
      configuration: configurations![i],
      layer,
      owner: owners![i],
      instruction: instruction === asInLayer && layer !== undefined ? layers[layer]?.instruction : instruction,
      deletedIn: deletions![i],
    } as Place;
  });
}

function four(table: Table, ...names: readonly [string, string, string, string]) {
  return names.map((name) => columnOf(table, name)) as [unknown[], unknown[], unknown[], unknown[]];
}
