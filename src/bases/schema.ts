import type { z, ZodType } from 'zod';
import { apiVersion } from '../formats/yaml-documents/index.ts';
import { baseStates } from '../model/index.ts';

export type BaseDocumentKind = 'Base' | 'BaseRoles';

/** The shapes of the catalogue's documents (docs/formats/base.md), made with a zod that the caller has loaded. */
export function baseSchemas(zod: typeof z): Readonly<Record<BaseDocumentKind, ZodType>> {
  const parts = partsOf(zod);
  return { Base: baseSchema(zod, parts), BaseRoles: rolesSchema(zod, parts) };
}

type Parts = ReturnType<typeof partsOf>;

function partsOf(zod: typeof z) {
  return {
    line: zod
      .string()
      .min(1)
      .max(1000)
      .regex(/^[^\r\n]*$/, 'must be one line'),
    name: zod.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/, 'must be of a-z, 0-9, ".", "_" and "-"'),
    digest: zod.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits'),
    day: zod.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'must be YYYY-MM-DD'),
    time: zod.iso.datetime({ offset: true, message: 'must be a time as 2026-11-23T06:00:00Z' }),
    state: zod.enum(baseStates),
  };
}

function baseSchema(zod: typeof z, parts: Parts): ZodType {
  const { line, name, digest, day, state } = parts;
  return zod.strictObject({
    apiVersion: zod.literal(apiVersion),
    kind: zod.literal('Base'),
    metadata: zod.strictObject({ name, description: zod.string().max(4000).optional() }),
    purpose: name,
    source: line,
    owner: line,
    policy: line.optional(),
    scope: line.optional(),
    supportEnd: day.optional(),
    channels: zod
      .array(zod.string().regex(/^\w[\w.-]{0,127}$/, 'must be a tag'))
      .max(50)
      .optional(),
    state,
    releases: zod.array(releaseSchema(zod, parts)).max(2000).optional(),
    history: zod
      .array(eventSchema(zod, { ...parts, digest }))
      .max(20_000)
      .optional(),
  });
}

function releaseSchema(zod: typeof z, { line, digest, time, state }: Parts): ZodType {
  return zod.strictObject({
    digest,
    aliases: zod.array(digest).max(20).optional(),
    platform: line.optional(),
    reference: line,
    added: time,
    sizeBytes: zod.int().nonnegative(),
    diffIds: zod.array(digest).max(1000),
    state,
    verdict: zod
      .strictObject({
        result: zod.enum(['pass', 'fail', 'cannot-tell']),
        policy: line,
        policyDigest: line,
        scope: line,
        databaseDigest: line.optional(),
        at: time,
      })
      .optional(),
    endorsement: zod.strictObject({ by: line, role: line, at: time, statement: digest }).optional(),
    published: zod
      .array(zod.strictObject({ reference: line, digest, at: time }))
      .max(200)
      .optional(),
  });
}

function eventSchema(zod: typeof z, { line, digest, time }: Parts): ZodType {
  return zod.strictObject({
    at: time,
    by: line,
    what: zod.enum(['added', 'assessed', 'endorsed', 'turned', 'published', 'deprecated', 'retired']),
    release: digest.optional(),
    why: zod.string().max(4000).optional(),
  });
}

function rolesSchema(zod: typeof z, { line, name }: Parts): ZodType {
  const person = zod.strictObject({
    name: line,
    publicKey: zod
      .string()
      .max(10_000)
      .regex(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+-----END PUBLIC KEY-----\s*$/, 'must be a public key in PEM')
      .optional(),
  });
  return zod.strictObject({
    apiVersion: zod.literal(apiVersion),
    kind: zod.literal('BaseRoles'),
    roles: zod
      .array(
        zod.strictObject({
          name,
          may: zod.array(zod.enum(['endorse', 'deprecate', 'retire'])).max(10),
          people: zod.array(person).max(1000),
        }),
      )
      .max(100),
  });
}
