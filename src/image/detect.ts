import { closeSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../model/index.ts';
import { openRegularFile, readAt } from './sources/file-tree.ts';
import { splitTarget } from './sources/target.ts';

/** Where the user's words lead: to an image source, a root file system, or an SBOM. */
export type DetectedSource =
  | { readonly kind: 'dir'; readonly path: string }
  | { readonly kind: 'sbom'; readonly path: string }
  | { readonly kind: 'image'; readonly source: 'registry' | 'docker' | 'archive' | 'layout'; readonly target: string }
  /** A name without prefix that is no file: the engine if it has it, else the registry. */
  | { readonly kind: 'image'; readonly source: 'engine-or-registry'; readonly target: string };

const prefixShape = /^(registry|docker|archive|layout|dir|sbom):(?:\/\/)?([^]*)$/;

/**
 * Tells from a prefix, or else from what lies at the path, what kind of input this is. Reads at most a file's first
 * bytes.
 * @throws CodedError `file-not-found` for paths that do not exist, `unknown-input` for files of no known kind.
 */
export function detectSource(input: string): DetectedSource {
  const prefixed = prefixShape.exec(input);
  if (prefixed !== null) return withPrefix(prefixed[1]!, prefixed[2]!, input);
  const { path } = splitTarget(input);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory())
    return existsSync(join(path, 'oci-layout'))
      ? { kind: 'image', source: 'layout', target: input }
      : { kind: 'dir', path: input };
  if (stat !== undefined) return fileKind(path, input);
  if (/^\.{0,2}\/|^~\/|\.(?:tar|tgz|tar\.gz|tar\.zst|json)$/.test(path))
    throw new CodedError('file-not-found', `there is no file or folder ${path}`);
  return { kind: 'image', source: 'engine-or-registry', target: input };
}

function withPrefix(prefix: string, target: string, input: string): DetectedSource {
  if (target === '')
    throw new CodedError('bad-reference', `"${input}" names nothing after its prefix`, { kind: 'usage' });
  switch (prefix) {
    case 'dir':
    case 'sbom':
      return { kind: prefix, path: target };
    default:
      return { kind: 'image', source: prefix as 'registry' | 'docker' | 'archive' | 'layout', target };
  }
}

function fileKind(path: string, input: string): DetectedSource {
  const file = openRegularFile(path);
  if (file === undefined) throw new CodedError('file-not-found', `there is no file ${path}`);
  let head: Buffer;
  try {
    head = readAt(file.fd, 0, 4096);
  } finally {
    closeSync(file.fd);
  }
  const isPacked =
    (head[0] === 0x1f && head[1] === 0x8b) ||
    (head.length > 4 && head.readUInt32LE(0) === 0xfd2fb528) ||
    /^(?:\xfd7zXZ|BZh)/.test(head.toString('latin1', 0, 6));
  const isTar = head.toString('latin1', 257, 262) === 'ustar';
  if (isPacked || isTar) return { kind: 'image', source: 'archive', target: input };
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^[{<]/.test(text) || /^(?:#.*\s+)*SPDXVersion:/.test(text)) return { kind: 'sbom', path };
  throw new CodedError('unknown-input', `${path} is neither an image archive nor an SBOM`, {
    hint: 'Image archives are tar files (docker save); SBOMs are CycloneDX or SPDX',
  });
}
