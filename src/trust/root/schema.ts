import type { z as Zod, ZodType } from 'zod';

export const trustRootApiVersion = 'plimsoll.dev/v1';
export const trustRootKind = 'TrustRoot';

/** What the YAML of a trust root may hold; what it can't say is checked while it is read. */
export interface TrustRootText {
  readonly metadata: { readonly name: string; readonly description?: string };
  readonly sigstore?: { readonly trustedRoot: string };
  readonly sources?: readonly string[];
  readonly bases?: readonly string[];
  readonly endorsers?: readonly string[];
  readonly verdict?: { readonly maxAgeDays?: number; readonly policies?: readonly string[] };
  readonly builders?: readonly (SignerText & {
    readonly description?: string;
    readonly builderId?: string;
    readonly sources?: readonly string[];
  })[];
  readonly people?: readonly (SignerText & { readonly roles?: readonly string[] })[];
}

interface SignerText {
  readonly name: string;
  readonly repositories: readonly string[];
  readonly keys?: readonly (TermText & { readonly publicKey: string })[];
  readonly identities?: readonly (TermText & { readonly issuer: string; readonly subject: string })[];
}

interface TermText {
  readonly from?: string;
  readonly until?: string;
  readonly revoked?: { readonly at: string; readonly reason?: string };
}

/** The schema, made with a zod that the caller has loaded. */
export function trustRootSchema(z: typeof Zod): ZodType {
  const patterns = z.array(z.string().min(1).max(1000)).max(1000);
  const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,199}$/, 'must be of letters, digits and . _ @ + -');
  const time = z
    .string()
    .refine(
      (text) =>
        /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/.test(text) &&
        !Number.isNaN(Date.parse(text)),
      {
        message: 'must be a day (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z)',
      },
    );
  const term = {
    from: time.optional(),
    until: time.optional(),
    revoked: z.strictObject({ at: time, reason: z.string().max(2000).optional() }).optional(),
  };
  const signer = {
    name,
    repositories: patterns.min(1),
    keys: z
      .array(z.strictObject({ publicKey: z.string().min(1).max(64_000), ...term }))
      .max(1000)
      .optional(),
    identities: z
      .array(z.strictObject({ issuer: z.string().min(1).max(1000), subject: z.string().min(1).max(1000), ...term }))
      .max(1000)
      .optional(),
  };
  return z.strictObject({
    apiVersion: z.literal(trustRootApiVersion),
    kind: z.literal(trustRootKind),
    metadata: z.strictObject({ name, description: z.string().max(2000).optional() }),
    sigstore: z.strictObject({ trustedRoot: z.string().min(1).max(4096) }).optional(),
    sources: patterns.optional(),
    bases: patterns.optional(),
    endorsers: z.array(name).max(100).optional(),
    verdict: z
      .strictObject({ maxAgeDays: z.number().positive().max(3650).optional(), policies: patterns.optional() })
      .optional(),
    builders: z
      .array(
        z.strictObject({
          ...signer,
          description: z.string().max(2000).optional(),
          builderId: z.string().min(1).max(1000).optional(),
          sources: patterns.optional(),
        }),
      )
      .max(10_000)
      .optional(),
    people: z
      .array(z.strictObject({ ...signer, roles: z.array(name).max(100).optional() }))
      .max(10_000)
      .optional(),
  });
}
