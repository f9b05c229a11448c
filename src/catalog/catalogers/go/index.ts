/**
 * Go programs to packages: the modules and the standard library that the linker names inside ELF, PE and Mach-O
 * programs. Reads the build information only; source trees and go.mod files are not looked at.
 */
export { go } from './go.ts';
