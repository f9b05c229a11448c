/**
 * apk's database of installed packages (Alpine, Wolfi, Chainguard) to packages and what they own. Says what the database
 * says, not whether the files are still there.
 */
export { apk } from './apk.ts';
