/** A base to a smaller one: what of it nothing needs, and the Dockerfile that leaves that out. Pure, and builds nothing. */
export { hardeningDockerfile } from './dockerfile.ts';
export { proposeHardening } from './propose.ts';
export type { NamedRecord } from './roots.ts';
