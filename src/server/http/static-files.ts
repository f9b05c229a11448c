import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly isImmutable: boolean;
  readonly bodies: Readonly<Record<'br' | 'gzip' | 'identity', Buffer>>;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** The built dashboard, read once: what is served is what was there at the start, by name, so no path leads elsewhere. */
export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  constructor(folder: string | undefined) {
    if (folder === undefined || !existsSync(path.join(folder, 'index.html'))) return;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const type = types[path.extname(name)];
      if (type === undefined) continue;
      const address = `/${name.split(path.sep).join('/')}`;
      this.#files.set(address, fileOf(readFileSync(path.join(folder, name)), type, address));
    }
  }

  get isThere(): boolean {
    return this.#files.size > 0;
  }

  /** The file of an address; for addresses that are views of the dashboard, its page. */
  find(address: string): StaticFile | undefined {
    const own = this.#files.get(address === '/' ? '/index.html' : address);
    if (own !== undefined) return own;
    // What has a file's name and is not there is not a view.
    return /\.[a-z0-9]{1,8}$/i.test(address) && !address.includes('sha256:')
      ? undefined
      : this.#files.get('/index.html');
  }
}

function fileOf(identity: Buffer, type: string, address: string): StaticFile {
  const isText = /^(?:text|application|image\/svg)/.test(type);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  return {
    type,
    etag: `"${hash('sha256', identity, 'hex').slice(0, 24)}"`,
    // Names with a hash of what they hold never mean anything else.
    isImmutable: /^\/assets\/.*[-.][\w-]{8,}\.\w+$/.test(address),
    bodies: {
      identity,
      br: isText ? brotliCompressSync(identity, quality) : identity,
      gzip: isText ? gzipSync(identity, { level: 9 }) : identity,
    },
  };
}

/** The best form that the caller takes. */
export function encodingFor(accepted: string | undefined): 'br' | 'gzip' | 'identity' {
  if (accepted === undefined) return 'identity';
  const names = accepted.split(',').map((part) => part.split(';', 1)[0]!.trim().toLowerCase());
  return names.includes('br') ? 'br' : names.includes('gzip') ? 'gzip' : 'identity';
}
