import * as z from 'zod';
import { Actor, Time } from './shared.ts';
import { Permission, Role } from './permissions.ts';

export const Me = z.object({
  actor: Actor,
  displayName: z.string(),
  roles: z.array(Role),
  /** Teams that it reaches; absent: all. */
  teams: z.array(z.string()).optional(),
  permissions: z.array(Permission),
  /** To be sent as `x-csrf-token` with everything that changes something, where a cookie logs in. */
  csrfToken: z.string().optional(),
  expiresAt: Time.optional(),
});
export type Me = z.infer<typeof Me>;

/** How one may log in here. */
export const LogIn = z.object({
  loggedIn: z.boolean(),
  /** The first-run link is still good. */
  setup: z.boolean(),
  providers: z.array(z.object({ name: z.string(), startUrl: z.string() })),
});
export type LogIn = z.infer<typeof LogIn>;

export const Token = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters, to tell it by. */
  prefix: z.string(),
  kind: z.enum(['human', 'automation']),
  owner: z.string(),
  scopes: z.array(Permission),
  teams: z.array(z.string()).optional(),
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: Time.optional(),
});
export type Token = z.infer<typeof Token>;

export const NewToken = z.object({
  name: z.string().trim().min(1).max(128),
  scopes: z.array(Permission).min(1),
  teams: z.array(z.string().max(256)).max(100).optional(),
  /** Default 90. */
  expiresInDays: z.int().min(1).max(366).default(90),
});
export type NewToken = z.input<typeof NewToken>;

/** The only answer that ever holds the secret. */
export const MadeToken = Token.extend({ secret: z.string() });
export type MadeToken = z.infer<typeof MadeToken>;

export const Person = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  email: z.string().optional(),
  known: z.string(),
  roles: z.array(Role),
  teams: z.array(z.string()).optional(),
  disabled: z.boolean(),
  firstSeen: Time,
  lastSeen: Time.optional(),
});
export type Person = z.infer<typeof Person>;

export const PersonChange = z.object({
  roles: z.array(Role).max(8).optional(),
  /** `null`: every team. */
  teams: z.array(z.string().max(256)).max(100).nullable().optional(),
  disabled: z.boolean().optional(),
});
export type PersonChange = z.infer<typeof PersonChange>;
