import type { Policy } from '../policy.ts';

/** For what runs on a desk or in a test: stops only what leaks or is exploited, tells the rest. */
export const development: Policy = {
  name: 'development',
  description: 'For desks and tests: stops what leaks or is being exploited, warns of what production would stop.',
  cannotTell: 'warn',
  rules: {
    'known-exploited': { effect: 'fail', onlyFixable: true },
    'fixable-severity': { effect: 'warn', atLeast: 'high', fixedForDays: 0 },
    'no-secrets': { effect: 'fail', atLeast: 'high' },
    'no-private-keys': { effect: 'warn' },
    'supported-operating-system': { effect: 'warn' },
    'nothing-unread': { effect: 'fail' },
    'advisory-data-age': { effect: 'fail', maxAgeDays: 30 },
    'advisory-coverage': { effect: 'fail' },
    'no-root-user': { effect: 'warn' },
    accounts: { effect: 'warn' },
    'setuid-files': { effect: 'warn', owners: ['app'] },
  },
  scopes: [],
  waivers: [],
};
