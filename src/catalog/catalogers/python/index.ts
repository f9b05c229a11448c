/**
 * What pip, setuptools and distributions leave beside installed Python projects (dist-info, egg-info, eggs) to packages.
 * Names are normalised as PyPI does. Lock files and requirements are not read here: only what is installed.
 */
export { python } from './python.ts';
