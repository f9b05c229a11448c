/**
 * Files that can run to executable items. The index decides later what may run, so it leaves nothing out: a file that
 * can't be understood is still an item, with a problem beside it.
 */
export { executables } from './executables.ts';
