import * as z from 'zod';

/** What somebody may do. A token's scopes are these too. */
export const permissions = [
  'read',
  'scan',
  'record.write',
  'waiver.request',
  'waiver.decide',
  'vex.write',
  'trust.write',
  'notify.write',
  'policy.write',
  'source.write',
  'inventory.write',
  'advisories.write',
  'ledger.read',
  'ledger.export',
  'people.read',
  'people.write',
  'token.write',
] as const;
export const Permission = z.enum(permissions);
export type Permission = (typeof permissions)[number];

export const roles = ['developer', 'security', 'operator', 'auditor', 'admin'] as const;
export const Role = z.enum(roles);
export type Role = (typeof roles)[number];

/** What each role may do, within the teams that it reaches. */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  developer: ['read', 'scan', 'record.write', 'waiver.request', 'token.write'],
  security: [
    'read',
    'scan',
    'record.write',
    'waiver.request',
    'waiver.decide',
    'vex.write',
    'trust.write',
    'notify.write',
    'policy.write',
    'advisories.write',
    'ledger.read',
    'people.read',
    'token.write',
  ],
  operator: [
    'read',
    'scan',
    'record.write',
    'waiver.request',
    'source.write',
    'inventory.write',
    'ledger.read',
    'token.write',
  ],
  auditor: ['read', 'ledger.read', 'ledger.export', 'people.read', 'token.write'],
  admin: permissions,
};
