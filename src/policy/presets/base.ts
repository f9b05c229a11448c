import type { Policy } from '../policy.ts';

/** For images that others are built on: what a base brings, all of them have. */
export const base: Policy = {
  name: 'base',
  description:
    'For images that others are built on: whatever has a fix is mended, nothing leaks, nothing is unknown; who runs it is for those above.',
  waiverExpiry: 'required',
  cannotTell: 'stop',
  rules: {
    'known-exploited': { effect: 'fail' },
    'fixable-severity': { effect: 'fail', atLeast: 'medium', fixedForDays: 0 },
    'unfixed-severity': { effect: 'warn', atLeast: 'high' },
    'no-secrets': { effect: 'fail', atLeast: 'low' },
    'no-private-keys': { effect: 'fail' },
    'supported-operating-system': { effect: 'fail' },
    'nothing-unread': { effect: 'fail' },
    'advisory-data-age': { effect: 'fail', maxAgeDays: 7 },
    'advisory-coverage': { effect: 'fail' },
    accounts: { effect: 'fail' },
    'world-writable': { effect: 'fail' },
    certificates: { effect: 'fail', validForDays: 30 },
    misconfigurations: { effect: 'warn', atLeast: 'high' },
    'no-root-user': { effect: 'warn' },
    'no-package-manager': { effect: 'warn' },
    'image-age': { effect: 'warn', maxAgeDays: 60 },
  },
  scopes: [],
  waivers: [],
};
