import { dockerSpellings } from './image-names.ts';
import { readPurl } from './vex-purl.ts';
import type { VexStatement } from './vex-statement.ts';

/** What VEX statements may be about: whoever keeps records finds by it those of which statements may change the verdict. */
export interface VexTargets {
  /** Of images, however they are meant: manifest, configuration, index. */
  readonly digests: readonly string[];
  /** Names of images without digest, with tag or without, in every spelling. */
  readonly names: readonly string[];
  /** purls of packages, wherever they are. */
  readonly packages: readonly string[];
}

/** What statements are about. Every image that `judge` could apply one of them to is among it. */
export function vexTargets(statements: readonly VexStatement[]): VexTargets {
  const digests = new Set<string>();
  const names = new Set<string>();
  const packages = new Set<string>();
  for (const { products } of statements)
    for (const { id, digests: own, subcomponents } of products) {
      for (const digest of own) digests.add(digest);
      const purl = readPurl(id);
      if (purl === undefined) {
        if (/^sha256:[0-9a-f]{64}$/.test(id)) digests.add(id);
        else for (const name of dockerSpellings(id)) names.add(name);
        continue;
      }
      if (purl.type !== 'oci' && purl.type !== 'docker') {
        // What is inside a package says nothing of any other.
        if (subcomponents.length === 0) packages.add(id);
        continue;
      }
      if (purl.version?.startsWith('sha256:') === true) digests.add(purl.version);
      const repository = purl.qualifiers.get('repository_url') ?? (purl.type === 'docker' ? purl.name : undefined);
      if (repository !== undefined) for (const name of dockerSpellings(repository)) names.add(name);
    }
  return { digests: [...digests], names: [...names], packages: [...packages] };
}
