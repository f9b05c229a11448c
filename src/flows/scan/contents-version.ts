import { hash } from 'node:crypto';

/** Raise it when the shape of what is kept, or what reading a layer gives, changes. */
const shapeVersion = 5;

/** Set by the build, so that a scan whose record is known need not load a single cataloger. */
declare const PLIMSOLL_CONTENTS_VERSION: string | undefined;

/** Changes whenever the same bytes could give other contents: part of every cache key. */
export async function contentsVersion(): Promise<string> {
  return typeof PLIMSOLL_CONTENTS_VERSION === 'undefined' ? computeContentsVersion() : PLIMSOLL_CONTENTS_VERSION;
}

/** The same from the catalogers themselves. */
export async function computeContentsVersion(): Promise<string> {
  const { catalogers } = await import('../../catalog/index.ts');
  const versions = catalogers.map(({ name, version }) => [name, version]);
  return hash('sha256', JSON.stringify([shapeVersion, versions]), 'hex').slice(0, 12);
}
