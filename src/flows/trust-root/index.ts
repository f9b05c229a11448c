/** Trust root files and key files: made, read, changed. */
export { enrolInFile, initTrustRoot, makeKeyFiles, revokeInFile } from './change-trust-root.ts';
export { loadTrustRoot, nobodysTrustRoot, trustRootOf } from './load-trust-root.ts';
