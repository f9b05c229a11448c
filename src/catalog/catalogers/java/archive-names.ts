/** Endings of files that are ZIP archives of Java classes, or of such archives. */
export const archiveSuffixes = [
  '.jar',
  '.war',
  '.ear',
  '.par',
  '.sar',
  '.nar',
  '.kar',
  '.hpi',
  '.jpi',
  '.lpkg',
] as const;

/** Whether a member of an archive is itself one, by its name. */
export function isArchiveName(name: string): boolean {
  return archiveSuffixes.some((suffix) => name.endsWith(suffix));
}
