import { isPlausibleText } from '../../package-text.ts';

/** A package that a lock file pins. */
export interface LockedPackage {
  readonly name: string;
  /** Empty where the file gives an address in its place. */
  readonly version: string;
  /** Says the file, or follows from it: only development needs it. */
  readonly dev: boolean;
  readonly license?: string;
}

export interface LockResult {
  readonly packages: readonly LockedPackage[];
  /** Why the file could not be read, or not to its end. */
  readonly error?: string;
}

/** A locked package from texts of the file; undefined where the name can be none. What is no version becomes empty. */
export function lockedPackage(
  name: unknown,
  version: unknown,
  dev: boolean,
  license?: unknown,
): LockedPackage | undefined {
  if (!isPlausibleText(name)) return undefined;
  const base = { name, version: isPlausibleText(version) && isVersion(version) ? version : '', dev };
  return isPlausibleText(license) ? { ...base, license } : base;
}

/** Whether a text is a version rather than a range or an address. */
export function isVersion(text: string): boolean {
  return /^v?\d/.test(text) && !/[\s/:|*]/.test(text);
}
