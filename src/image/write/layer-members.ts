import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { defaultTarLimits, type TarEntry, type TarHandler, TarReader } from '../../formats/tar/index.ts';
import { CodedError } from '../../model/index.ts';
import type { LayerBlob } from '../image.ts';
import { unpackLayer } from '../layers/index.ts';

/** A member of a layer's archive with all that is written of it. */
export interface LayerMember {
  /** Without `./` or `/` before it and `/` behind it; empty for the root. */
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';
  /** Of hard links like `name`, of symbolic ones as written. */
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970 as written. */
  readonly modified: string;
  readonly userName: string;
  readonly groupName: string;
  readonly sizeBytes: number;
  readonly xattrs: Readonly<Record<string, Uint8Array>>;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Of a file's bytes, in hexadecimal; empty for others. */
  readonly sha256: string;
  /** Where a file's bytes lie in the file for contents, where there is one. */
  readonly offsetBytes: number;
}

export interface ReadMembersOptions {
  readonly label: string;
  readonly signal: AbortSignal;
  /** A file for the contents of all files, one behind the other. */
  readonly contentsFile?: string;
}

/** Reads the archive of a layer, members in its order. @throws CodedError `layer-unreadable`, `digest-mismatch`. */
export async function readMembers(blob: LayerBlob, options: ReadMembersOptions): Promise<LayerMember[]> {
  const { label, signal, contentsFile } = options;
  const contents = contentsFile === undefined ? undefined : openSync(contentsFile, 'wx', 0o600);
  const collector = new MemberCollector(contents);
  const reader = new TarReader(collector, defaultTarLimits, { details: true });
  try {
    await unpackLayer(
      await blob.locate(),
      { diffId: blob.diffId, label, signal },
      { write: (plain) => reader.push(plain) },
    );
    reader.end();
  } finally {
    if (contents !== undefined) closeSync(contents);
  }
  if (reader.error !== undefined) throw new CodedError('layer-unreadable', `${label}: its archive ${reader.error}`);
  return collector.members;
}

class MemberCollector implements TarHandler {
  readonly members: LayerMember[] = [];
  readonly #contents: number | undefined;
  #written = 0;
  #open: Omit<LayerMember, 'sha256'> | undefined;
  #sum = createHash('sha256');

  constructor(contents: number | undefined) {
    this.#contents = contents;
  }

  entry(entry: TarEntry): void {
    this.#open = undefined;
    // No engine extracts it.
    if (entry.type === 'other') return;
    const { mode, uid, gid, xattrs = {}, deviceMajor, deviceMinor } = entry;
    const { modified, userName, groupName, isBlockDevice } = entry.details!;
    const isLink = entry.type === 'hardlink';
    this.#open = {
      name: bare(entry.name),
      type: entry.type === 'device' ? (isBlockDevice ? 'block-device' : 'character-device') : entry.type,
      linkName: isLink ? bare(entry.linkName) : entry.type === 'symlink' ? entry.linkName : '',
      sizeBytes: entry.type === 'file' ? entry.sizeBytes : 0,
      offsetBytes: this.#written,
      ...{ mode, uid, gid, modified, userName, groupName, xattrs, deviceMajor, deviceMinor },
    };
    if (entry.type === 'file') this.#sum = createHash('sha256');
  }

  data(bytes: Buffer): void {
    if (this.#open?.type !== 'file') return;
    this.#sum.update(bytes);
    this.#written += bytes.length;
    if (this.#contents === undefined) return;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#contents, bytes, at);
  }

  entryEnd(): void {
    if (this.#open === undefined) return;
    this.members.push({ ...this.#open, sha256: this.#open.type === 'file' ? this.#sum.digest('hex') : '' });
    this.#open = undefined;
  }
}

function bare(name: string): string {
  return name
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}
