import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import tarStream from 'tar-stream';
import { afterAll, describe, expect, test } from 'vitest';
import { type ByteSource, type Digest, type FileVisitor, sha256Digest, wish } from '../../model/index.ts';
import { LayerIndexReader } from './layer-index.ts';
import { type ReadLayer, readLayer } from './read-layer.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-layer-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function tarOf(
  entries: readonly (Partial<tarStream.Header> & { name: string; body?: string | Buffer })[],
): Promise<Buffer> {
  const pack = tarStream.pack();
  const chunks: Buffer[] = [];
  pack.on('data', (chunk) => chunks.push(chunk as Buffer));
  const done = new Promise<void>((resolve) => pack.on('end', () => resolve()));
  for (const { body, ...header } of entries) pack.entry(header, body ?? '');
  pack.finalize();
  await done;
  return Buffer.concat(chunks);
}

class Recorder implements FileVisitor {
  readonly files = new Map<string, string>();
  readonly windows: [string, number, number, number][] = [];
  wanted: number = wish.whole | wish.hash;
  entry(): void {}
  wants(): number {
    return this.wanted;
  }
  whole(
    entry: { path: string; sizeBytes: number },
    _head: Buffer,
    content: ByteSource,
    sha256: string | undefined,
  ): void {
    const bytes = Buffer.from(content.read(0, content.sizeBytes));
    this.files.set(
      entry.path,
      `${bytes.length > 40 ? `${bytes.length} bytes` : bytes.toString()} ${sha256 === createHash('sha256').update(bytes).digest('hex')}`,
    );
  }
  window(
    entry: { path: string },
    _head: Buffer,
    content: ByteSource,
    place: { offsetBytes: number; linesBefore: number } | undefined,
  ): void {
    this.windows.push([entry.path, place?.offsetBytes ?? 0, content.sizeBytes, place?.linesBefore ?? 0]);
  }
  forget(at: string, below: boolean): void {
    for (const file of this.files.keys())
      if (file === at || (below && file.startsWith(`${at}/`))) this.files.delete(file);
  }
}

async function read(tar: Buffer, visitor: FileVisitor, diffId?: Digest, plain = tar): Promise<ReadLayer> {
  const file = path.join(folder, 'layer');
  fs.writeFileSync(file, tar);
  const digest = diffId ?? sha256Digest(createHash('sha256').update(plain).digest('hex'));
  return readLayer({ kind: 'file', path: file, offsetBytes: 0, sizeBytes: tar.length }, visitor, {
    diffId: digest,
    label: 'layer 0',
    spoolDirectory: folder,
  });
}

function listing(layer: ReadLayer): string[] {
  const reader = new LayerIndexReader(layer.index);
  const lines: string[] = [];
  while (reader.next()) {
    const link = reader.type === 'symlink' || reader.type === 'hardlink' ? ` > ${reader.linkTarget()}` : '';
    lines.push(
      `${reader.type} ${reader.path()} ${reader.mode.toString(8)} ${reader.uid}:${reader.gid} ${reader.sizeBytes}${link}`,
    );
  }
  return lines;
}

describe('a layer', () => {
  test('is laid out as the engine extracts it: links among parents, whiteouts, replaced names, devices', async () => {
    const visitor = new Recorder();
    const layer = await read(
      await tarOf([
        { name: 'usr/bin/', type: 'directory', mode: 0o755 },
        { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
        { name: 'bin/tool', mode: 0o4755, uid: 5, gid: 6, body: 'first' },
        { name: 'bin/tool', mode: 0o755, body: 'second' },
        { name: 'twin', type: 'link', linkname: 'bin/tool' },
        { name: 'up', type: 'symlink', linkname: '../../../../etc' },
        { name: 'up/passwd', body: 'root' },
        { name: 'app/', type: 'directory' },
        { name: 'app/inner/deep', body: 'gone' },
        { name: 'app', body: 'now a file' },
        { name: 'var/.wh.cache', body: '' },
        { name: 'opt/.wh..wh..opq', body: '' },
        { name: '.wh..wh.plnk', body: '' },
        { name: 'dev/null', type: 'character-device', devmajor: 1, devminor: 3 },
        { name: 'dev/gone', type: 'character-device', devmajor: 0, devminor: 0 },
        { name: '../../outside', body: 'in' },
        { name: 'nowhere', type: 'link', linkname: 'missing' },
      ]),
      visitor,
    );
    expect(listing(layer)).toEqual([
      'directory /usr/bin 755 0:0 0',
      'symlink /bin 644 0:0 0 > usr/bin',
      'file /usr/bin/tool 755 0:0 6',
      'hardlink /twin 644 0:0 0 > /usr/bin/tool',
      'symlink /up 644 0:0 0 > ../../../../etc',
      'file /etc/passwd 644 0:0 4',
      'file /app 644 0:0 10',
      'whiteout /var/cache 0 0:0 0',
      'opaque /opt 0 0:0 0',
      'device /dev/null 644 0:0 0',
      'whiteout /dev/gone 0 0:0 0',
      'file /outside 644 0:0 2',
    ]);
    expect(Object.fromEntries(visitor.files)).toEqual({
      '/usr/bin/tool': 'second true',
      '/etc/passwd': 'root true',
      '/app': 'now a file true',
      '/outside': 'in true',
    });
    expect(layer.problems).toEqual([
      {
        code: 'dangling-hard-link',
        message: '"/nowhere" is a hard link to "missing", which the layer does not hold',
        path: '/nowhere',
        source: 'layers',
        hides: 'all',
      },
    ]);
  });

  test('says when links among parents lead in a circle', async () => {
    const layer = await read(
      await tarOf([
        { name: 'a', type: 'symlink', linkname: 'b' },
        { name: 'b', type: 'symlink', linkname: 'a' },
        { name: 'a/file', body: 'x' },
      ]),
      new Recorder(),
    );
    expect(layer.problems.map(({ code, path: at }) => [code, at])).toEqual([['link-loop', '/a/file']]);
  });

  test.each([
    ['gzip', (tar: Buffer) => zlib.gzipSync(tar)],
    [
      'gzip in two members',
      (tar: Buffer) => Buffer.concat([zlib.gzipSync(tar.subarray(0, 700)), zlib.gzipSync(tar.subarray(700))]),
    ],
    ['zstd', (tar: Buffer) => zlib.zstdCompressSync(tar)],
    [
      'zstd behind a skippable frame',
      (tar: Buffer) =>
        Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]), zlib.zstdCompressSync(tar)]),
    ],
    ['nothing', (tar: Buffer) => tar],
  ])('unpacks %s and verifies the diff ID', async (_, pack) => {
    const tar = await tarOf([{ name: 'a', body: 'hello' }]);
    const layer = await read(pack(tar), new Recorder(), undefined, tar);
    expect([listing(layer), layer.sizeBytes]).toEqual([['file /a 644 0:0 5'], tar.length]);
  });

  test('fails naming both digests when the bytes are others', async () => {
    const tar = await tarOf([{ name: 'a', body: 'hello' }]);
    const found = createHash('sha256').update(tar).digest('hex');
    const wanted = sha256Digest('0'.repeat(64));
    await expect(read(tar, new Recorder(), wanted)).rejects.toMatchObject({
      code: 'digest-mismatch',
      message: `layer 0 should have the diff ID ${wanted} but its bytes have sha256:${found}`,
    });
  });

  test('fails on zstd that is cut short: its bytes are not the ones vouched for', async () => {
    const tar = await tarOf([{ name: 'a', body: 'hello '.repeat(1000) }]);
    await expect(
      read(zlib.zstdCompressSync(tar).subarray(0, -6), new Recorder(), undefined, tar),
    ).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test.each([
    ['cut gzip', (tar: Buffer) => zlib.gzipSync(tar).subarray(0, -20)],
    ['damaged zstd', (tar: Buffer) => zlib.zstdCompressSync(tar).fill(0xff, 10, 30)],
    ['damaged gzip', (tar: Buffer) => zlib.gzipSync(tar).fill(0xff, 40, 60)],
  ])('fails on %s', async (_, pack) => {
    const tar = await tarOf([{ name: 'a', body: 'hello '.repeat(1000) }]);
    await expect(read(pack(tar), new Recorder(), undefined, tar)).rejects.toMatchObject({ code: 'layer-unreadable' });
  });

  test('keeps what could be read of a broken archive whose digest is right, and says so', async () => {
    const tar = Buffer.concat([(await tarOf([{ name: 'a', body: 'hello' }])).subarray(0, 1024), Buffer.alloc(600, 7)]);
    const layer = await read(tar, new Recorder());
    expect(listing(layer)).toEqual(['file /a 644 0:0 5']);
    expect(layer.problems).toEqual([
      {
        code: 'broken-tar',
        message: "the layer's archive a header has a wrong checksum, at byte 1024",
        source: 'layers',
        hides: 'all',
      },
    ]);
  });

  test('hands over large files through a temporary file and large texts in overlapping windows', async () => {
    const visitor = new Recorder();
    visitor.wanted = wish.whole | wish.hash | wish.windows;
    await read(await tarOf([{ name: 'big', body: Buffer.alloc(20 << 20, 'line\n') }]), visitor);
    expect(Object.fromEntries(visitor.files)).toEqual({ '/big': `${20 << 20} bytes true` });
    expect(visitor.windows[1]).toEqual(['/big', 1 << 20, (1 << 20) + (64 << 10), Math.floor((1 << 20) / 5)]);
    expect(visitor.windows.at(-1)![1] + visitor.windows.at(-1)![2]).toBe(20 << 20);
    expect(fs.readdirSync(folder)).toEqual(['layer']);
  });
});
