import type { Policy } from '../policy.ts';
import { base } from './base.ts';
import { development } from './development.ts';
import { production } from './production.ts';

/** The policies that come with Plimsoll; the first is what a scan uses when none is named. */
export const presets: readonly Policy[] = [production, development, base];

/** A preset by its name. */
export function findPreset(name: string): Policy | undefined {
  return presets.find((preset) => preset.name === name);
}
