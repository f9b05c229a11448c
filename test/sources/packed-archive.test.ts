import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Place, type Running } from '../cli/plimsoll.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeOciArchive } from '../make/image-files.ts';

const place = new Place();
afterAll(() => place.remove());

describe.skipIf(process.platform !== 'linux')('a packed archive that is being unpacked', () => {
  const path = place.at('app.tar.zst');
  beforeAll(() => {
    const zeros = { files: { '/zeros': Buffer.alloc(256 << 20) }, compression: 'none' } as const;
    writeOciArchive(path, buildImage({ layers: [zeros] }), { packing: 'zstd' });
  });

  /** Waits until the program holds a temporary file without a name, and ends it. Before that moment a kill leaves it to the next run. */
  const onceSpooling =
    (signal: NodeJS.Signals, seen: string[]) =>
    async (child: Running): Promise<void> => {
      const folder = `/proc/${child.pid}/fd`;
      for (let i = 0; i < 2000 && seen.length === 0 && child.exitCode === null; i++, await sleep(5))
        seen.push(...targetsIn(folder).filter((target) => /\/spool-.* \(deleted\)$/.test(target)));
      child.kill(signal);
    };

  test.each(['SIGINT', 'SIGKILL'] as const)('leaves nothing behind on %s', async (signal) => {
    const cache = place.folder(`cache-${signal}`);
    const seen: string[] = [];
    const ran = await place.plimsoll(['scan', `archive:${path}`, '--offline', '--cache-dir', cache], {
      whileRunning: onceSpooling(signal, seen),
    });
    expect(seen.length).toBe(1);
    expect(readdirSync(cache)).toEqual([]);
    if (signal === 'SIGKILL') expect(ran.signal).toBe('SIGKILL');
    else
      expect([ran.status, ran.stderr]).toEqual([
        1,
        'plimsoll: stopped by SIGINT; nothing was left half-written (interrupted)\n',
      ]);
  });
});

/** What a process's descriptors lead to; those that are gone meanwhile lead nowhere. */
function targetsIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        return [readlinkSync(`${folder}/${name}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
