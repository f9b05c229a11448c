import { spawn } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { dockerEngine, noEngineReason } from '../make/docker-engine.ts';
import { mergedView, type View, viewOfExport, withoutImplied } from '../make/merged-view.ts';
import { noRealImageReason, realImageInEngine, realImageNames } from '../make/real-images/index.ts';

/** What Docker lays over every container's file system before it starts. */
const enginesOwn = new Set([
  '/.dockerenv',
  '/dev',
  '/dev/console',
  '/dev/pts',
  '/dev/shm',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
  '/proc',
  '/sys',
  '/etc',
  '/',
]);

const containers: string[] = [];

async function exported(reference: string): Promise<View> {
  const engine = await dockerEngine();
  const container = (await engine.docker(['create', '--network', 'none', reference, 'true'])).trim();
  containers.push(container);
  const child = spawn('docker', ['export', container], {
    env: { ...process.env, DOCKER_HOST: engine.host },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return viewOfExport(child.stdout);
}

function comparable(view: View): Record<string, string> {
  // The other tar reader puts U+FFFD for bytes that are no UTF-8.
  const named = [...view].map(([path, line]) => [path.replace(/[\udc80-\udcff]/g, '\ufffd'), line] as const);
  return Object.fromEntries(named.filter(([path]) => !enginesOwn.has(path)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('the view of an image equals what the engine mounts, by path, kind, mode, owner, size and hash', () => {
  afterAll(async () => {
    if (containers.length > 0) await (await dockerEngine()).docker(['rm', ...containers]);
  });

  test.each(realImageNames.map((name) => [name]))(
    '%s',
    async (name) => {
      const reason = noEngineReason() ?? noRealImageReason(name);
      if (reason !== undefined) throw new Error(reason);
      const image = await realImageInEngine(name);
      const ours = await mergedView(image.archive);
      const engines = await exported(image.reference);
      const [a, b] = [comparable(ours), comparable(withoutImplied(engines, ours))];
      const different = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path] !== b[path]);
      expect(different.slice(0, 20).map((path) => [path, a[path], b[path]])).toEqual([]);
      expect(Object.keys(a).length).toBeGreaterThan(0);
    },
    600_000,
  );

  test('is compared for at least ten images', () => {
    expect(realImageNames.length).toBeGreaterThanOrEqual(10);
  });
});
