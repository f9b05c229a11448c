import type { CiFacts, CiSystem, Environment } from './ci-system.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { jenkins } from './jenkins.ts';

/** Every pipeline system that is understood. */
export const ciSystems: readonly CiSystem[] = [github, gitlab, jenkins];

/** What the pipeline says that the program runs in; undefined where it runs in none that is known. */
export function ciFacts(env: Environment): CiFacts | undefined {
  for (const system of ciSystems) {
    const facts = system.read(env);
    if (facts !== undefined) return facts;
  }
  return undefined;
}
