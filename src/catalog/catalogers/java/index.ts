/**
 * Java archives to Maven packages. What an archive does not say of itself is not made up: where nothing tells the group,
 * the package's name is the artifact alone; where nothing tells the version, it is empty. Classes are never read.
 */
export { java } from './java.ts';
