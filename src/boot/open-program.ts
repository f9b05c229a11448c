import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheDirectory } from '../flows/advisories/database-path.ts';
import { CodeCache } from './code-cache.ts';
import { PieceLoader } from './piece-loader.ts';

/** Exit statuses of runs that did what they were asked: pass, fail, cannot tell. */
const usual = [0, 2, 3];

/**
 * The built program's pieces, which lie in one folder with this code. When the process or thread ends as usual, the compiled code
 * of what it loaded is kept for the next one with the same `use`. NODE_DISABLE_COMPILE_CACHE keeps nothing.
 */
export function openProgram(use: string): PieceLoader {
  const folder = path.join(cacheDirectory(process.env), 'code', `${process.versions.v8}-${process.arch}`);
  const loader = new PieceLoader(__dirname, new CodeCache(folder, use), (id) => createRequire(__filename)(id));
  if (!process.env['NODE_DISABLE_COMPILE_CACHE'])
    process.on('exit', (status) => {
      if (usual.includes(status)) loader.keep();
    });
  return loader;
}
