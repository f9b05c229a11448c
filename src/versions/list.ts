import { apk } from './apk.ts';
import { deb } from './deb.ts';
import { gem } from './gem.ts';
import { go } from './go.ts';
import { maven } from './maven.ts';
import { pep440 } from './pep440.ts';
import { rpm } from './rpm.ts';
import { semver } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Every version scheme; a new one is one file, its test and one line here. */
export const schemes: readonly VersionScheme[] = [deb, rpm, apk, semver, pep440, maven, gem, go];

const byName = new Map(schemes.map((scheme) => [scheme.name, scheme]));

/** The scheme of that name, or undefined where there is none. */
export function schemeNamed(name: string): VersionScheme | undefined {
  return byName.get(name);
}
