import { digestOf } from '../../web/dev/images.ts';

/** An image of the stand-in that fails, and the one before it. */
export const failing = digestOf(1);
export const other = digestOf(0);

/** Every page there is, and every tab. */
export const addresses: readonly string[] = [
  '/',
  '/images',
  `/images/${failing}`,
  ...['findings', 'packages', 'secrets', 'executables', 'configuration', 'provenance', 'containers', 'history'].map(
    (tab) => `/images/${failing}?tab=${tab}`,
  ),
  // The first has none.
  `/images/${other}?tab=secrets`,
  `/images/${failing}?tab=compare&with=${other}`,
  '/containers',
  '/workloads',
  '/workloads/workload-3',
  '/scans',
  '/bases',
  '/bases/debian-12',
  '/impact?q=CVE-2026-1234',
  '/policies',
  '/policies/production',
  '/waivers',
  '/ledger',
  '/ledger?view=sessions',
  '/sources',
  '/settings',
  '/settings/vex',
  '/settings/vex/vex-0',
  '/settings/trust',
  '/settings/channels',
  '/log-in',
  '/nowhere',
];
