/**
 * npm's `package.json` of installed packages, and the lock files of npm, yarn and pnpm, to packages. Which files count is
 * decided by path before any is parsed; `node_modules/.package-lock.json` is left alone, as it only repeats what lies
 * beside it, and so are lock files and manifests that packages carry for their own development.
 */
export { npm } from './npm.ts';
