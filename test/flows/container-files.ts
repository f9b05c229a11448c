import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { dockerEngine } from '../make/docker-engine.ts';
import { realImageInEngine } from '../make/real-images/index.ts';
import { withBusybox } from './in-container.ts';

/** What Docker lays over every container. */
export const enginesOwn = /^\/(?:\.dockerenv|dev\/|proc\/|sys\/|etc\/(?:hostname|hosts|mtab|resolv\.conf)$)/;

/**
 * Every file of the engine's export that has an execute bit, or is an ELF object or a script: path to mode, owner, size
 * and hash, as `755 0:0 12345 <sha256>`.
 */
export async function runnableFiles(name: string): Promise<Map<string, string>> {
  const { reference } = await realImageInEngine(name);
  const engine = await dockerEngine();
  const container = (await engine.docker(['create', '--network', 'none', reference, 'true'])).trim();
  const child = spawn('docker', ['export', container], {
    env: { ...process.env, DOCKER_HOST: engine.host },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    return await runnableIn(child.stdout);
  } finally {
    await engine.docker(['rm', container]);
  }
}

async function runnableIn(tar: NodeJS.ReadableStream): Promise<Map<string, string>> {
  const { extract } = await import('tar-stream');
  const found = new Map<string, string>();
  const hardLinks: [path: string, target: string][] = [];
  const parser = extract();
  parser.on('entry', (header, stream, next) => {
    const path = `/${header.name}`;
    let sum: ReturnType<typeof createHash> | undefined;
    let isFirst = true;
    stream.on('data', (chunk) => {
      const bytes = chunk as Buffer;
      const head = isFirst ? bytes.toString('latin1', 0, 4) : '';
      isFirst = false;
      if (head === '\x7fELF' || head.startsWith('#!') || (sum === undefined && head !== '' && isMarked(header)))
        sum = createHash('sha256');
      sum?.update(bytes);
    });
    stream.on('end', () => {
      const facts = `${(header.mode! & 0o7777).toString(8)} ${header.uid}:${header.gid} ${header.size}`;
      if (header.type === 'link') hardLinks.push([path, `/${header.linkname!.replace(/^\//, '')}`]);
      else if (header.type === 'file' && !enginesOwn.test(path)) {
        if (header.size === 0 && isMarked(header)) sum = createHash('sha256');
        if (sum !== undefined) found.set(path, `${facts} ${sum.digest('hex')}`);
      }
      next();
    });
    stream.resume();
  });
  await new Promise<void>((resolve, reject) => {
    parser.on('finish', () => resolve());
    parser.on('error', reject);
    tar.pipe(parser as unknown as NodeJS.WritableStream);
  });
  for (const [path, target] of hardLinks) {
    const facts = found.get(target);
    if (facts !== undefined) found.set(path, facts);
  }
  return found;
}

function isMarked({ mode }: { mode?: number | undefined }): boolean {
  return ((mode ?? 0) & 0o111) !== 0;
}

/** Every symbolic link of a container, with where the kernel ends up when it follows it. */
export async function followedLinks(name: string): Promise<Map<string, string>> {
  const script = `/busybox find / -xdev -type l -exec /busybox sh -c 'for link; do end=$(/busybox realpath "$link" 2>/dev/null) && printf "%s\\0%s\\0" "$link" "$end"; done; true' sh {} +`;
  const parts = (await withBusybox(name, script)).split('\0');
  const links = new Map<string, string>();
  for (let i = 0; i + 1 < parts.length; i += 2) if (!enginesOwn.test(parts[i]!)) links.set(parts[i]!, parts[i + 1]!);
  return links;
}
