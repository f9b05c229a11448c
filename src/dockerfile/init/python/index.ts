/** What the kind `python` is made of: which packages and how they are installed, and what starts. */
export { packageNames, pythonManager } from './package-manager.ts';
export { pythonStart } from './start.ts';
