import type { Policy } from '../policy.ts';

/** Keys that packages ship with their own tests: published, and nobody's. */
const packagesTestData = [
  ...['node_modules', 'site-packages', 'dist-packages', 'gems'].flatMap((folder) =>
    ['test', 'tests', 'fixtures', 'spec'].map((data) => `**/${folder}/**/${data}/**`),
  ),
  '/usr/lib/python3*/test/**',
];

/** For what runs where it matters. The default policy of a scan. */
export const production: Policy = {
  name: 'production',
  description:
    'For what runs where it matters: stops what can be mended, what is exploited and what leaks, and whatever nobody can tell.',
  waiverExpiry: 'required',
  cannotTell: 'stop',
  restart: { graceDays: 14, cannotTell: 'warn' },
  rules: {
    'known-exploited': { effect: 'fail' },
    'fixable-severity': { effect: 'fail', atLeast: 'high', fixedForDays: 14 },
    'unfixed-severity': { effect: 'warn', atLeast: 'critical' },
    'exploit-likelihood': { effect: 'fail', atLeastScore: 0.5, onlyFixable: true, cannotTell: 'warn' },
    'no-secrets': { effect: 'fail', atLeast: 'medium' },
    'no-private-keys': { effect: 'fail', exceptPaths: packagesTestData },
    'supported-operating-system': { effect: 'fail' },
    'nothing-unread': { effect: 'fail' },
    'advisory-data-age': { effect: 'fail', maxAgeDays: 7 },
    'advisory-coverage': { effect: 'fail' },
    'no-root-user': { effect: 'fail' },
    accounts: { effect: 'fail' },
    'setuid-files': { effect: 'fail', owners: ['app'], packaged: false },
    'world-writable': { effect: 'warn' },
    certificates: { effect: 'warn', validForDays: 30 },
    misconfigurations: { effect: 'warn', atLeast: 'high' },
    'known-base': { effect: 'warn' },
    'no-package-manager': { effect: 'warn' },
    'image-age': { effect: 'warn', maxAgeDays: 90 },
  },
  scopes: [],
  waivers: [],
};
