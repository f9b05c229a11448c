/**
 * os-release and the distributions' older release files to the operating system and the end of its support; and which
 * of several statements to believe. Reads what the files say, not what the packages tell.
 */
export { osRelease } from './os-release.ts';
export { preferOperatingSystem } from './prefer.ts';
