import {
  type AccountItem,
  type BloatItem,
  type Certificate,
  type CertificateItem,
  type ExecutableItem,
  type ExposureItem,
  type Finding,
  type ImageRecord,
  type Item,
  type LayerFacts,
  type OperatingSystem,
  type OperatingSystemItem,
  type PackageItem,
  type PrivateKeyItem,
  type Problem,
  recordSchemaVersion,
  type SecretItem,
  type ShadowItem,
} from '../model/index.ts';
import { accountsOf } from './accounts.ts';
import type { Assembly } from './assembly.ts';
import { type AttributedItem, attributeItems, type LayeredItem } from './attribute.ts';
import { ecosystemOf } from './distributions.ts';
import { executablesOf } from './executables.ts';
import { compareText } from './identity.ts';
import {
  accountFindings,
  bloatFindings,
  certificateFindings,
  exposureFindings,
  privateKeyFindings,
  mergeFindings,
  secretFindings,
  sortFindings,
} from './item-findings.ts';
import { Ownership } from './ownership.ts';
import { packagesOf } from './packages.ts';
import { Places } from './places.ts';

/**
 * Makes the record of an image from what its layers hold: each thing attributed to the layer that brought it, to base
 * or application, and marked where an upper layer took it away. Every array is sorted, so the same image gives the same
 * bytes.
 */
export function assembleRecord(assembly: Assembly, configurationSecrets: readonly SecretItem[]): ImageRecord {
  const places = new Places(assembly);
  const items = attributeItems(withSurvivors(assembly));
  const byKind = <T extends Item>(kind: T['kind']): AttributedItem<T>[] =>
    items.filter(({ item }) => item.kind === kind) as AttributedItem<Item>[] as AttributedItem<T>[];
  const operatingSystem = operatingSystemOf(byKind<OperatingSystemItem>('operating-system'), assembly, places);
  const ownerships = items.flatMap(({ item, deletedIn }) =>
    item.kind === 'ownership' && deletedIn === undefined ? [item] : [],
  );
  const ownership = new Ownership(ownerships);
  const systemCatalogers = new Set(
    assembly.packageKinds.filter(({ ecosystem }) => ecosystem === 'operating-system').map(({ cataloger }) => cataloger),
  );
  const packages = packagesOf(byKind<PackageItem>('package'), {
    kinds: assembly.packageKinds,
    systemCatalogers,
    operatingSystem,
    places,
    ownership,
  });
  const executables = executablesOf(byKind<ExecutableItem>('executable'), assembly, { places, ownership });
  const accounts = accountsOf(byKind<AccountItem>('account'), byKind<ShadowItem>('shadow'), places);
  const certificates = certificatesOf(byKind<CertificateItem>('certificate'), places);
  const findings: Finding[] = [
    ...secretFindings(byKind<SecretItem>('secret'), configurationSecrets, places),
    ...privateKeyFindings(byKind<PrivateKeyItem>('private-key'), places),
    ...exposureFindings(byKind<ExposureItem>('exposure'), places),
    ...accountFindings(accounts),
    ...certificateFindings(certificates),
    ...bloatFindings(byKind<BloatItem>('bloat'), assembly.layers, places),
  ];
  return {
    schemaVersion: recordSchemaVersion,
    engine: assembly.engine,
    image: assembly.image,
    layers: layersOf(assembly, places),
    ...(assembly.base === undefined ? {} : { base: assembly.base }),
    ...(operatingSystem === undefined ? {} : { operatingSystem }),
    packages,
    executables,
    accounts,
    certificates,
    findings: sortFindings(distinct(findings)),
    problems: sortProblems(spokenFor(assembly.problems, ownership, systemCatalogers)),
    statistics: statisticsOf(assembly),
  };
}

/**
 * Debian builds Go programs without naming their modules; the distribution's package and its advisories speak for such
 * a program, so nothing of its packages is hidden.
 */
function spokenFor(
  problems: readonly Problem[],
  ownership: Ownership,
  systemCatalogers: ReadonlySet<string>,
): readonly Problem[] {
  return problems.map((problem) => {
    if (problem.hides !== 'packages' || systemCatalogers.has(problem.source)) return problem;
    const owner = ownership.nameOf(problem.path);
    if (owner === undefined) return problem;
    const message = `${problem.message}; advisories of the package ${owner}, which brought it, speak for it`;
    return { ...problem, message, hides: 'nothing' };
  });
}

/** Adds findings (of advisories) to a record and sorts them in; and lists of them that are in order already, which takes less time. */
export function withFindings(
  record: ImageRecord,
  more: readonly Finding[],
  inOrder: readonly (readonly Finding[])[] = [],
): ImageRecord {
  let findings: readonly Finding[] = sortFindings([...record.findings, ...more]);
  for (const list of inOrder) findings = mergeFindings(findings, list);
  return { ...record, findings };
}

/** A file whose first name is gone lives on under its hard links: its items get that path. */
function withSurvivors({ items, hardLinks }: Assembly): readonly LayeredItem[] {
  const survivors = hardLinks.filter(({ outlivesTarget }) => outlivesTarget);
  if (survivors.length === 0) return items;
  const byTarget = new Map(survivors.map((link) => [`${link.layer} ${link.target}`, link.path]));
  return items.flatMap((layered) => {
    const path = layered.item.path === undefined ? undefined : byTarget.get(`${layered.layer} ${layered.item.path}`);
    if (path === undefined) return [layered];
    return [layered, { cataloger: layered.cataloger, layer: layered.layer, item: { ...layered.item, path } }];
  });
}

function operatingSystemOf(
  items: readonly AttributedItem<OperatingSystemItem>[],
  assembly: Assembly,
  places: Places,
): OperatingSystem | undefined {
  const visible = items.filter(({ deletedIn }) => deletedIn === undefined);
  const best = assembly.preferOperatingSystem(visible.map(({ item }) => item));
  if (best === undefined) return undefined;
  const { kind: _kind, path, ...facts } = best;
  const layer = visible.find(({ item }) => item.path === path)?.layer ?? 0;
  const ecosystem = ecosystemOf(best);
  return { ...facts, ...(ecosystem === undefined ? {} : { ecosystem }), place: places.inLayer(layer, { path }) };
}

function certificatesOf(items: readonly AttributedItem<CertificateItem>[], places: Places): Certificate[] {
  return items
    .filter(({ deletedIn }) => deletedIn === undefined)
    .map(({ item: { kind: _kind, path, ...facts }, layer }): Certificate => ({
      ...facts,
      place: places.inLayer(layer, { path }),
    }))
    .sort(
      (a, b) =>
        compareText(a.place.path ?? '', b.place.path ?? '') || compareText(a.fingerprintSha256, b.fingerprintSha256),
    );
}

function layersOf({ layers }: Assembly, places: Places): LayerFacts[] {
  return layers.map(({ diffId, digest, sizeBytes, entries, instruction }, index) => ({
    index,
    diffId,
    ...(digest === undefined ? {} : { digest }),
    sizeBytes,
    entries,
    owner: places.ownerOf(index),
    ...(instruction === undefined ? {} : { instruction }),
  }));
}

function statisticsOf({ layers, textFiles }: Assembly): ImageRecord['statistics'] {
  const sum = (of: (layer: Assembly['layers'][number]) => number): number =>
    layers.reduce((total, layer) => total + of(layer), 0);
  return {
    sizeBytes: sum(({ sizeBytes }) => sizeBytes),
    entries: sum(({ entries }) => entries),
    visibleFiles: sum(({ share }) => share.visibleFiles),
    visibleBytes: sum(({ share }) => share.visibleBytes),
    hiddenBytes: sum(({ share }) => share.deletedBytes + share.replacedBytes),
    filesSearchedForSecrets: textFiles,
  };
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()];
}

function sortProblems(problems: readonly Problem[]): Problem[] {
  const key = ({ layer, path, code, message }: Problem): string =>
    `${String(layer ?? 0).padStart(5, '0')} ${path ?? ''} ${code} ${message}`;
  return [...problems].sort((a, b) => compareText(key(a), key(b)));
}
