import { readRpmHeader, type RpmHeader, rpmTags } from '../../../formats/rpm-header/index.ts';
import type { ImagePath, Item, PackageItem } from '../../../model/index.ts';
import { isInProgramFolder, mayBeOfInterest, pathOfInterest } from '../../owned-paths.ts';
import { declaredLicenses, isPlausibleText } from '../../package-text.ts';
import { modularityOf, sourceOf } from './source-rpm.ts';

/**
 * The package that a header blob describes, and the files of interest that it owns; no items for an imported key.
 * Undefined where it can't be read; `isWhole` false where only its list of files can't.
 */
export function itemsOfHeader(blob: Uint8Array, path: ImagePath): { items: Item[]; isWhole: boolean } | undefined {
  const header = readRpmHeader(blob);
  if (header === undefined) return undefined;
  const name = header.text(rpmTags.name);
  const version = header.text(rpmTags.version);
  const release = header.text(rpmTags.release);
  if (!isPlausibleText(name) || !isPlausibleText(version) || !isPlausibleText(release)) return undefined;
  // rpm keeps public keys that were imported as packages of this name.
  if (name === 'gpg-pubkey') return { items: [], isWhole: true };
  const epoch = header.number(rpmTags.epoch);
  const fullVersion = epoch === undefined ? `${version}-${release}` : `${epoch}:${version}-${release}`;
  const { owned, isWhole } = ownedBy(header);
  const item: Item = {
    kind: 'package',
    name,
    version: fullVersion,
    path,
    evidence: 'installed',
    ...detailsOf(header, { name, version: fullVersion, epoch }),
  };
  const items: Item[] = owned.length === 0 ? [item] : [item, { kind: 'ownership', path, package: name, owned }];
  return { items, isWhole };
}

function detailsOf(header: RpmHeader, about: { name: string; version: string; epoch: number | undefined }): object {
  const arch = header.text(rpmTags.arch);
  const source = sourceOf(header.text(rpmTags.sourceRpm), about);
  const licenses = declaredLicenses([header.text(rpmTags.license)]);
  const vendor = header.text(rpmTags.vendor);
  const modularity = modularityOf(header.text(rpmTags.modularityLabel));
  const size = header.number(rpmTags.longSize) ?? header.number(rpmTags.size);
  return {
    ...(isPlausibleText(arch) ? { arch } : {}),
    ...(source === undefined ? {} : { source }),
    ...(licenses === undefined ? {} : { licenses }),
    ...(isPlausibleText(vendor) ? { vendor } : {}),
    ...(modularity === undefined ? {} : { modularity }),
    ...(size === undefined || size === 0 || !Number.isSafeInteger(size) ? {} : { size }),
    ...relationsOf(header, about.name),
  };
}

const mostRelations = 5000;

/** What it needs and stands for: packages, paths, libraries with their symbol versions. What rpm itself must know is left out. */
function relationsOf(header: RpmHeader, name: string): Pick<PackageItem, 'depends' | 'provides'> {
  const depends = texts(header, rpmTags.requireName).filter((each) => !/^(?:rpmlib\(|config\()/.test(each));
  const provides = texts(header, rpmTags.provideName).filter((each) => each !== name && !each.startsWith('config('));
  return { ...(depends.length === 0 ? {} : { depends }), ...(provides.length === 0 ? {} : { provides }) };
}

function texts(header: RpmHeader, tag: number): readonly string[] {
  const found = new Set<string>();
  header.eachText(tag, (bytes) => {
    if (bytes.length > 0 && bytes.length <= 300 && found.size < mostRelations)
      found.add(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  });
  return [...found];
}

/** Files are a base name each, and the number of the directory that it lies in. */
function ownedBy(header: RpmHeader): { owned: ImagePath[]; isWhole: boolean } {
  const owned: ImagePath[] = [];
  const keep = (name: Uint8Array): void => {
    const path = pathOfInterest(name);
    if (path !== undefined) owned.push(path);
  };
  const directories: Uint8Array[] = [];
  const holdsPrograms: boolean[] = [];
  let isWhole = header.eachText(rpmTags.dirNames, (directory) => {
    directories.push(directory);
    holdsPrograms.push(isInProgramFolder(Buffer.concat([directory, root])));
  });
  isWhole =
    header.eachText(rpmTags.baseNames, (baseName, index) => {
      const isCandidate = mayBeOfInterest(baseName);
      if (!isCandidate && !holdsPrograms.includes(true)) return;
      const directory = header.numberAt(rpmTags.dirIndexes, index);
      if (directory !== undefined && (isCandidate || holdsPrograms[directory] === true))
        keep(Buffer.concat([directories[directory] ?? root, baseName]));
    }) && isWhole;
  // Packages of before rpm 4 have whole paths.
  isWhole =
    header.eachText(rpmTags.oldFileNames, (name) => {
      if (mayBeOfInterest(name)) keep(name);
    }) && isWhole;
  return { owned, isWhole };
}

const root = Uint8Array.of(0x2f);
