import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openImage } from '../../src/image/index.ts';
import { LayerIndexReader, Overlay, readLayer } from '../../src/image/layers/index.ts';
import {
  type ByteSource,
  directoryOf,
  type FileVisitor,
  type ImagePath,
  type SeenEntry,
  wish,
} from '../../src/model/index.ts';

/** A member of a file system as two views of it are compared: `file 755 0:0 5 <sha256>`. */
export type View = Map<string, string>;

/** What a container of an image sees, as our reader lays the layers over one another: path → kind, mode, owner, size, hash. */
export async function mergedView(archive: string): Promise<View> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-view-'));
  const image = await openImage(archive, { signal: new AbortController().signal, cacheDirectory: folder, env: {} });
  try {
    const layers = [];
    for (const blob of image.layers) {
      const hashes = new Hashes();
      const read = await readLayer(await blob.locate(), hashes, {
        diffId: blob.diffId,
        label: blob.diffId,
        spoolDirectory: folder,
      });
      if (read.problems.length > 0) throw new Error(JSON.stringify(read.problems));
      layers.push({ index: read.index, hashes: hashes.of });
    }
    return lay(layers);
  } finally {
    await image.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function lay(layers: readonly { index: Uint8Array; hashes: ReadonlyMap<string, string> }[]): View {
  const overlay = new Overlay();
  const view: View = new Map();
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { index, hashes } = layers[layer]!;
    const sizes = sizesOf(index);
    overlay.add(layer, index, layer === 0, (_, entry, hiddenBy) => {
      if (hiddenBy !== undefined) return;
      const owner = `${entry.mode.toString(8)} ${entry.uid}:${entry.gid}`;
      const at = entry.path();
      if (entry.type === 'file') view.set(at, `file ${owner} ${entry.sizeBytes} ${hashes.get(at)}`);
      else if (entry.type === 'symlink') view.set(at, `symlink ${entry.uid}:${entry.gid} ${entry.linkTarget()}`);
      else if (entry.type === 'hardlink')
        view.set(at, `file ${owner} ${sizes.get(entry.linkTarget())} ${hashes.get(entry.linkTarget())}`);
      else view.set(at, `${entry.type} ${owner}`);
    });
  }
  return view;
}

function sizesOf(index: Uint8Array): Map<string, number> {
  const sizes = new Map<string, number>();
  const reader = new LayerIndexReader(index);
  while (reader.next()) if (reader.type === 'file') sizes.set(reader.path(), reader.sizeBytes);
  return sizes;
}

class Hashes implements FileVisitor {
  readonly of = new Map<string, string>();
  entry(): void {}
  wants(): number {
    return wish.hash;
  }
  whole(entry: SeenEntry, _head: Buffer, _content: ByteSource, sha256: string | undefined): void {
    this.of.set(entry.path, sha256!);
  }
  window(): void {}
  forget(at: ImagePath, below: boolean): void {
    for (const known of this.of.keys())
      if (known === at || (below && known.startsWith(`${at}/`))) this.of.delete(known);
  }
}

/** The same view from a tar of the whole file system, as `docker export` gives it, read by another tar reader. */
export async function viewOfExport(tar: NodeJS.ReadableStream): Promise<View> {
  const { extract } = await import('tar-stream');
  const view: View = new Map();
  const links: [string, string][] = [];
  const parser = extract();
  parser.on('entry', (header, stream, next) => {
    const pax = (header.pax ?? {}) as Readonly<Record<string, string>>;
    const at = absolute(pax['path'] ?? header.name);
    const link = pax['linkpath'] ?? header.linkname ?? '';
    // tar-stream reads neither owner from pax headers.
    const ids = `${pax['uid'] ?? header.uid}:${pax['gid'] ?? header.gid}`;
    const owner = `${(header.mode! & 0o7777).toString(8)} ${ids}`;
    const sum = createHash('sha256');
    stream.on('data', (bytes) => sum.update(bytes as Buffer));
    stream.on('end', () => {
      if (header.type === 'link') links.push([at, absolute(link)]);
      else if (header.type === 'symlink') view.set(at, `symlink ${ids} ${link}`);
      else view.set(at, lineOf(header.type ?? 'file', owner, header.size ?? 0, sum.digest('hex')));
      next();
    });
    stream.resume();
  });
  await new Promise<void>((resolve, reject) => {
    parser.on('finish', () => resolve());
    parser.on('error', reject);
    tar.pipe(parser as unknown as NodeJS.WritableStream);
  });
  for (const [at, target] of links) view.set(at, view.get(target) ?? `link to ${target}`);
  return view;
}

function lineOf(type: string, owner: string, sizeBytes: number, sha256: string): string {
  if (type === 'directory') return `directory ${owner}`;
  if (type === 'character-device' || type === 'block-device') return `device ${owner}`;
  return type === 'fifo' ? `fifo ${owner}` : `file ${owner} ${sizeBytes} ${sha256}`;
}

function absolute(name: string): string {
  return `/${name.replace(/^\.?\//, '').replace(/\/$/, '')}`;
}

/** Directories that hold entries but were never written themselves, as the engine makes them: not part of the comparison. */
export function withoutImplied(view: View, other: View): View {
  return new Map(
    [...view].filter(
      ([at]) => other.has(at) || ![...view.keys()].some((below) => directoryOf(below as ImagePath) === at),
    ),
  );
}
