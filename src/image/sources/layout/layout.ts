import { closeSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CodedError } from '../../../model/index.ts';
import { type FileTree, openRegularFile } from '../file-tree.ts';
import { openOciFiles } from '../oci-files.ts';
import { splitTarget } from '../target.ts';
import type { ImageSource } from '../source.ts';

/** Opens an image in an OCI layout folder (image-spec, image-layout.md). */
export const layoutSource: ImageSource = {
  async open(target, options) {
    const { path, selector } = splitTarget(target);
    const { image } = await openOciFiles(folderTree(path), selector, options);
    return { ...image, name: `layout:${target}`, sourceKind: 'layout', close: async () => {} };
  },
};

/** The files of a folder, by relative names that our own code makes from digests. */
function folderTree(path: string): FileTree {
  const folder = resolve(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CodedError('file-not-found', `${path} is no folder`);
  return {
    label: `layout ${path}`,
    find(name) {
      const full = join(folder, name);
      const file = openRegularFile(full);
      if (file === undefined) return undefined;
      closeSync(file.fd);
      return { path: full, offsetBytes: 0, sizeBytes: file.sizeBytes };
    },
  };
}
