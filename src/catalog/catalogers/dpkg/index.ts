/**
 * dpkg's databases to Debian packages, and its file lists to what they own. Reads what is installed, not whether the
 * files are still there.
 */
export { dpkg } from './dpkg.ts';
