import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import tarStream from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeName, encodeName, type TarEntry, TarReader } from './index.ts';
import { fuzz } from '../../../test/make/fuzz.ts';

interface Member {
  readonly name: string;
  readonly type: TarEntry['type'];
  readonly size: number;
  readonly link: string;
  readonly sha: string;
}

function read(
  archive: Buffer,
  pieceBytes = archive.length || 1,
  limits?: ConstructorParameters<typeof TarReader>[1],
): { members: Member[]; error: string | undefined; ended: boolean } {
  const members: Member[] = [];
  let current: TarEntry | undefined;
  let sum = createHash('sha256');
  let received = 0;
  const reader = new TarReader(
    {
      entry(entry) {
        current = { ...entry };
        sum = createHash('sha256');
        received = 0;
      },
      data(bytes) {
        received += bytes.length;
        sum.update(bytes);
      },
      entryEnd() {
        members.push({
          name: current!.name,
          type: current!.type,
          size: received,
          link: current!.linkName,
          sha: sum.digest('hex').slice(0, 8),
        });
      },
    },
    limits,
  );
  for (let at = 0; at < archive.length; at += pieceBytes) reader.push(archive.subarray(at, at + pieceBytes));
  reader.end();
  return { members, error: reader.error, ended: reader.ended };
}

/** A header block with a right checksum, fields overwritten at will. */
function header(fields: {
  name?: string;
  size?: string | Buffer;
  type?: string;
  mode?: string;
  magic?: string;
  at?: readonly [number, Buffer | string][];
}): Buffer {
  const block = Buffer.alloc(512);
  block.write(fields.name ?? 'file', 0, 'latin1');
  block.write(fields.mode ?? '0000644\0', 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  if (Buffer.isBuffer(fields.size)) fields.size.copy(block, 124);
  else block.write(fields.size ?? '00000000000\0', 124, 'latin1');
  block.write('00000000000\0', 136, 'latin1');
  block.write(fields.type ?? '0', 156, 'latin1');
  block.write(fields.magic ?? 'ustar\x0000', 257, 'latin1');
  for (const [offset, bytes] of fields.at ?? []) Buffer.from(bytes as string, 'latin1').copy(block, offset);
  block.fill(' ', 148, 156);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return block;
}

const end = Buffer.alloc(1024);

describe('TarReader', () => {
  let folder: string;
  const archives = new Map<string, Buffer>();

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-tar-'));
    const tree = path.join(folder, 'tree');
    const long = 'd'.repeat(90);
    fs.mkdirSync(path.join(tree, long, long), { recursive: true });
    fs.writeFileSync(path.join(tree, long, long, long), 'hi\n');
    fs.symlinkSync(`${long}/${long}/${long}`, path.join(tree, 'long-link'));
    fs.writeFileSync(path.join(tree, 'sparse'), '');
    fs.truncateSync(path.join(tree, 'sparse'), 3_000_000);
    const file = fs.openSync(path.join(tree, 'sparse'), 'r+');
    for (let run = 0; run < 30; run++) fs.writeSync(file, 'x', run * 90_000);
    fs.closeSync(file);
    fs.linkSync(path.join(tree, 'sparse'), path.join(tree, 'zz-hard'));
    for (const [name, ...options] of [
      ['gnu', '--format=gnu'],
      ['pax', '--format=pax'],
      ['pax-0.1', '--format=pax', '--sparse-version=0.1'],
      ['pax-0.0', '--format=pax', '--sparse-version=0.0'],
    ])
      archives.set(
        name!,
        execFileSync('tar', ['-S', ...options, '--sort=name', '-C', tree, '-cf', '-', '.'], { maxBuffer: 64 << 20 }),
      );
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  test.each(['gnu', 'pax', 'pax-0.1', 'pax-0.0'])(
    'reads long names, links and sparse files as GNU tar writes them (%s), in pieces of any size',
    (format) => {
      const long = 'd'.repeat(90);
      const sparse = Buffer.alloc(3_000_000);
      for (let run = 0; run < 30; run++) sparse.write('x', run * 90_000);
      const expected = [
        { name: './', type: 'directory', size: 0, link: '', sha: 'e3b0c442' },
        { name: `./${long}/`, type: 'directory', size: 0, link: '', sha: 'e3b0c442' },
        { name: `./${long}/${long}/`, type: 'directory', size: 0, link: '', sha: 'e3b0c442' },
        { name: `./${long}/${long}/${long}`, type: 'file', size: 3, link: '', sha: '98ea6e4f' },
        { name: './long-link', type: 'symlink', size: 0, link: `${long}/${long}/${long}`, sha: 'e3b0c442' },
        {
          name: './sparse',
          type: 'file',
          size: 3_000_000,
          link: '',
          sha: createHash('sha256').update(sparse).digest('hex').slice(0, 8),
        },
        { name: './zz-hard', type: 'hardlink', size: 0, link: './sparse', sha: 'e3b0c442' },
      ];
      for (const piece of [1 << 20, 1000, 512, 7])
        expect(read(archives.get(format)!, piece)).toEqual({ members: expected, error: undefined, ended: true });
    },
  );

  test('reads what tar-stream packs', async () => {
    const pack = tarStream.pack();
    const chunks: Buffer[] = [];
    pack.on('data', (chunk) => chunks.push(chunk as Buffer));
    pack.entry({ name: 'ä/ö', mode: 0o4755, uid: 3_000_000, gid: 5 }, 'hello');
    pack.entry({ name: 'node', type: 'character-device', devmajor: 1, devminor: 3 });
    pack.finalize();
    await new Promise<void>((resolve) => pack.on('end', () => resolve()));
    expect(read(Buffer.concat(chunks))).toEqual({
      members: [
        { name: 'ä/ö', type: 'file', size: 5, link: '', sha: '2cf24dba' },
        { name: 'node', type: 'device', size: 0, link: '', sha: 'e3b0c442' },
      ],
      error: undefined,
      ended: true,
    });
  });

  test('reads sizes in base-256', () => {
    const size = Buffer.alloc(12);
    size[0] = 0x80;
    size[11] = 3;
    expect(read(Buffer.concat([header({ size }), Buffer.from('abc'.padEnd(512, '\0')), end])).members).toEqual([
      { name: 'file', type: 'file', size: 3, link: '', sha: 'ba7816bf' },
    ]);
  });

  test.each([
    [
      'a negative base-256 size',
      header({ size: Buffer.alloc(12, 0xff) }),
      '"file" has a size that is no number, at byte 0',
    ],
    ['a size in words', header({ size: 'lots of it\0\0' }), '"file" has a size that is no number, at byte 0'],
    ['a size beyond the end', header({ size: '77777777777\0' }), 'ends in the middle of "file", at byte 1536'],
    [
      'an extended header without end',
      header({ type: 'x', size: '77777777777\0' }),
      'an extended header of 8589934591 bytes is over the limit of 1048576, at byte 0',
    ],
    ['a wrong checksum', Buffer.from(header({}).fill('9', 148, 150)), 'a header has a wrong checksum, at byte 0'],
  ])('stops at %s and says where', (_, block, error) => {
    expect(read(Buffer.concat([block, end])).error).toBe(error);
  });

  test('does not inflate a sparse file that claims more zeros than allowed', () => {
    const map = header({
      type: 'S',
      size: '00000000000\0',
      magic: 'ustar  \0',
      at: [
        [386, '77777777777\0'],
        [398, '00000000000\0'],
        [483, '77777777777\0'],
      ],
    });
    expect(read(Buffer.concat([map, end]), 512, { headerBytes: 1 << 20, entries: 10, holeBytes: 1 << 20 }).error).toBe(
      'sparse files stand for more than 1048576 zero bytes, at byte 0',
    );
  });

  test('stops after the allowed number of members', () => {
    expect(
      read(Buffer.concat([...Array.from({ length: 5 }, () => header({})), end]), 512, {
        headerBytes: 1,
        entries: 4,
        holeBytes: 1,
      }).error,
    ).toBe('has more than 4 members, at byte 2048');
  });

  test('survives any damage to a real archive, however it is cut', () => {
    const archive = archives.get('pax-0.1')!;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 12 }),
        fc.nat(archive.length),
        fc.constantFrom(512, 4096, 100_000),
        (flips, length, piece) => {
          const damaged = Buffer.from(archive.subarray(0, length));
          for (const [at, value] of flips) if (at < damaged.length) damaged[at] = value;
          const result = read(damaged, piece);
          expect(result.members.length).toBeLessThanOrEqual(20);
        },
      ),
      fuzz(300),
    );
  });
});

describe('names that are not UTF-8', () => {
  test('stay different and come back as the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...encodeName(decodeName(bytes))]).toEqual([...bytes]);
      }),
      fuzz(2000),
    );
    expect(decodeName(Buffer.from([0x61, 0xff, 0xc3, 0xa4]))).toBe('a\udcffä');
  });
});
