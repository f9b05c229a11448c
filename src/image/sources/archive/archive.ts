import { closeSync } from 'node:fs';
import { resolve } from 'node:path';
import { CodedError, type Digest } from '../../../model/index.ts';
import { type FileTree, openRegularFile, readAt, readRange } from '../file-tree.ts';
import { isEmptyIndex, type OciFilesImage, openOciFiles } from '../oci-files.ts';
import type { ImageSource, SourceOptions } from '../source.ts';
import { splitTarget } from '../target.ts';
import { digestInName, openSavedImage, readSavedImages, type SavedImage } from './docker-archive.ts';
import { normalName, type OuterMember, readOuterTar } from './outer-tar.ts';
import { packingOf, unpackArchive } from './packing.ts';

/** Opens an image in a tar file (docker-save, OCI archive), packed or not. */
export const archiveSource: ImageSource = {
  async open(target, options) {
    const { path, selector } = splitTarget(target);
    const full = resolve(path);
    const label = `archive ${path}`;
    const packing = packingOf(headOf(full, path));
    if (packing === 'none') {
      const { image } = await openArchiveFile({ path: full, label }, selector, options);
      return { ...image, name: `archive:${target}`, sourceKind: 'archive', close: async () => {} };
    }
    const plain = await unpackArchive({ path: full, label, packing }, options);
    try {
      const { image } = await openArchiveFile({ path: plain.path, label }, selector, options);
      return { ...image, name: `archive:${target}`, sourceKind: 'archive', close: async () => plain.close() };
    } catch (error) {
      plain.close();
      throw error;
    }
  },
};

/** Opens an image in an unpacked tar file that stays in place until the image is closed. */
export async function openArchiveFile(
  file: { readonly path: string; readonly label: string },
  selector: string | undefined,
  options: SourceOptions,
): Promise<OciFilesImage> {
  const { tree, members } = readTree(file.path, file.label);
  const saved = readSavedImages(tree);
  // Engines write an index.json without manifests when an image is saved by its id.
  const hasIndex = members.has('index.json') && members.has('oci-layout');
  if (!hasIndex || (saved.length > 0 && isEmptyIndex(tree))) {
    if (saved.length > 0 || members.has('manifest.json')) return openSavedImage(tree, selector, options);
    throw notAnArchive(file.label, members);
  }
  const opened = await openOciFiles(tree, selector, options);
  if (saved.length === 0) return opened;
  if (options.platform === undefined) checkAgreement(file.label, opened.image.configDigest, saved);
  return { ...opened, image: { ...opened.image, references: referencesOf(opened.image, saved) } };
}

/** Engines load such an archive by either list; one that shows two different images hides one of them. */
function checkAgreement(label: string, config: Digest, saved: readonly SavedImage[]): void {
  if (saved.some((entry) => digestInName(entry.config) === config)) return;
  throw new CodedError('ambiguous-archive', `${label} lists one image in index.json and another in manifest.json`, {
    hint: 'Save the image again with a current engine',
  });
}

function referencesOf(image: OciFilesImage['image'], saved: readonly SavedImage[]): readonly string[] {
  const tags = saved
    .filter((entry) => digestInName(entry.config) === image.configDigest)
    .flatMap((entry) => entry.repoTags);
  return [
    ...new Set([
      ...tags,
      ...image.references.filter((name) => !tags.includes(name.replace(/^docker\.io\/(?:library\/)?/, ''))),
    ]),
  ].sort();
}

function headOf(full: string, path: string): Buffer {
  const file = openRegularFile(full);
  if (file === undefined) throw new CodedError('file-not-found', `there is no file ${path}`);
  try {
    return readAt(file.fd, 0, 8);
  } finally {
    closeSync(file.fd);
  }
}

function readTree(path: string, label: string): { tree: FileTree; members: Map<string, OuterMember> } {
  const file = openRegularFile(path);
  if (file === undefined) throw new CodedError('file-not-found', `${label} is gone`);
  let members: Map<string, OuterMember>;
  try {
    members = readOuterTar(file.fd, file.sizeBytes, label);
  } finally {
    closeSync(file.fd);
  }
  const tree = memberTree(path, label, members);
  for (const name of ['manifest.json', 'index.json', 'oci-layout'])
    refuseDuplicate(path, label, name, members.get(name));
  return { tree, members };
}

const linkLimit = 16;

function memberTree(path: string, label: string, members: ReadonlyMap<string, OuterMember>): FileTree {
  return {
    label,
    find(name) {
      let member = members.get(normalName(name) ?? '');
      for (let hops = 0; member?.kind === 'link'; hops++) {
        if (hops === linkLimit)
          throw new CodedError('bad-archive', `${label}: the links from ${JSON.stringify(name)} do not end`);
        member = members.get(member.target);
      }
      if (member === undefined) return undefined;
      if (member.kind !== 'file')
        throw new CodedError('bad-archive', `${label}: ${JSON.stringify(name)} is no plain file`);
      return { path, offsetBytes: member.offsetBytes, sizeBytes: member.sizeBytes };
    },
  };
}

/** Readers disagree on which of two counts, so two different ones could show each an image of its own. */
function refuseDuplicate(path: string, label: string, name: string, member: OuterMember | undefined): void {
  const other = member?.replaces;
  if (member === undefined || other === undefined) return;
  const limit = 8 << 20;
  const isSame =
    member.kind === 'file' &&
    other.kind === 'file' &&
    member.sizeBytes === other.sizeBytes &&
    readRange({ path, ...member }, limit, name).equals(readRange({ path, ...other }, limit, name));
  if (!isSame) throw new CodedError('ambiguous-archive', `${label} holds ${name} twice, with different contents`);
}

function notAnArchive(label: string, members: ReadonlyMap<string, OuterMember>): CodedError {
  if (members.has('repositories'))
    return new CodedError('unsupported-archive', `${label} was saved by a Docker engine older than 1.10`, {
      hint: 'Load it into a current engine and save it again',
    });
  const isRoot = ['etc/os-release', 'etc/passwd', 'bin', 'usr', 'usr/bin'].some((name) => members.has(name));
  return new CodedError(
    'not-an-image',
    `${label} is a tar file without manifest.json or index.json, so it holds no image`,
    {
      hint: isRoot
        ? 'It looks like a root file system: unpack it and scan dir:FOLDER'
        : 'Make one with docker save, or with skopeo copy … oci-archive:FILE',
    },
  );
}
