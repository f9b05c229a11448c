import { ensureDebianPackages, testPackages } from '../test/make/debian-packages.ts';

/** Installs what the tests need beyond npm packages; what cannot be had is said, and its tests are skipped. */
const { missing, reason } = ensureDebianPackages(testPackages);
if (missing.length > 0) process.stdout.write(`missing: ${missing.join(', ')} (${reason ?? 'unknown reason'})\n`);
