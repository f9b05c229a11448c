import * as z from 'zod';
import { Result, Time } from './shared.ts';

const names = z.array(z.string().min(1).max(300)).min(1).max(200).optional();
const filter = {
  /** Turns to which words. */
  results: z.array(Result).min(1).default(['fail']),
  /** Only images of which containers run. */
  running: z.boolean().default(true),
  ...{ teams: names, scopes: names, environments: names },
};
const secret = z.string().min(1).max(2000);
const address = z.string().min(3).max(320);

/** A channel as it is set. Where it sends to, and secrets that are left out, stay as they are, as long as where they are sent does. */
export const NotifyChannelChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), ...filter, url: secret.optional(), secret: secret.optional() }),
  z.strictObject({ kind: z.literal('slack'), ...filter, url: secret.optional() }),
  z.strictObject({
    ...{ kind: z.literal('email'), ...filter },
    server: z.string().min(1).max(2000).optional(),
    password: secret.optional(),
    from: address,
    to: z.array(address).max(50).default([]),
    ownerDomains: z.array(z.string().min(1).max(255)).max(50).default([]),
  }),
]);
export type NotifyChannelChange = z.infer<typeof NotifyChannelChange>;

/** A channel as it is told of: never what is secret of it. */
export const NotifyChannel = z.object({
  name: z.string(),
  kind: z.enum(['webhook', 'slack', 'email']),
  /** `file`: the one that the server was started with; it is not changed here. */
  origin: z.enum(['file', 'server']),
  results: z.array(Result),
  running: z.boolean(),
  teams: z.array(z.string()).optional(),
  scopes: z.array(z.string()).optional(),
  environments: z.array(z.string()).optional(),
  /** Scheme and host alone: the rest of an address may be a secret. */
  place: z.string(),
  /** Whether what is sent is signed, or whoever sends it logs in. */
  hasSecret: z.boolean(),
  from: z.string().optional(),
  to: z.array(z.string()).optional(),
  ownerDomains: z.array(z.string()).optional(),
  changedBy: z.string().optional(),
  changedAt: Time.optional(),
});
export type NotifyChannel = z.infer<typeof NotifyChannel>;

export const NotifySettings = z.object({
  /** Turns within so many seconds go together. */
  windowSeconds: z.int(),
  items: z.array(NotifyChannel),
});
export type NotifySettings = z.infer<typeof NotifySettings>;

export const NotifyTest = z.object({ channel: z.string().min(1).max(63) });

export const NotifyTested = z.object({
  /** `again`: it may work later. */
  result: z.enum(['sent', 'failed', 'again']),
  why: z.string().optional(),
});
export type NotifyTested = z.infer<typeof NotifyTested>;
