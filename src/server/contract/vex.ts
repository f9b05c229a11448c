import * as z from 'zod';
import { Digest, ListQuery, Time } from './shared.ts';

/** A VEX document that is kept: what somebody says of vulnerabilities, and for which images that counts. */
export const Vex = z.object({
  id: z.string(),
  /** Its file; ids of statements without one of their own begin with it. */
  name: z.string(),
  digest: Digest,
  /** The one image for which it counts; absent: every one that it names. */
  image: Digest.optional(),
  /** The team for whose images alone it counts. */
  team: z.string().optional(),
  statements: z.int(),
  authors: z.array(z.string()),
  why: z.string(),
  sentBy: z.string(),
  sentAt: Time,
});
export type Vex = z.infer<typeof Vex>;

/** How products stand to a vulnerability, in the words of the standard. */
export const VexStatement = z.object({
  id: z.string(),
  /** The vulnerability's name, then its aliases. */
  vulnerabilities: z.array(z.string()),
  status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
  /** What it is about: the image or the package, and the packages in it, if it is about these alone. */
  products: z.array(z.object({ id: z.string(), packages: z.array(z.string()) })),
  reason: z.string(),
  author: z.string(),
  timestamp: z.string().optional(),
});
export type VexStatement = z.infer<typeof VexStatement>;

export const VexDetail = Vex.extend({
  /** The document as it was sent. */
  text: z.string(),
  /** What it says; the first 1000 of `statements`. */
  says: z.array(VexStatement),
  /** Images here that it is about, by name: those that it names, and those that have a package that it names. The first 200 of `touches`. */
  images: z.array(z.object({ digest: Digest, name: z.string() })),
  touches: z.int(),
  /** What in it could not be used, and why. */
  complaints: z.array(z.string()),
});
export type VexDetail = z.infer<typeof VexDetail>;

export const VexUpload = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(512)
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'a name has no control characters'),
  /** OpenVEX or CycloneDX, as JSON. */
  text: z
    .string()
    .min(2)
    .max(4 << 20),
  image: Digest.optional(),
  team: z.string().min(1).max(256).optional(),
  why: z.string().trim().min(1).max(4096),
});
export type VexUpload = z.infer<typeof VexUpload>;

export const VexAnswer = Vex.extend({
  /** false: the same was kept already. */
  isNew: z.boolean(),
  /** Digest of the document of that name that it took the place of. */
  replaced: Digest.optional(),
  complaints: z.array(z.string()),
});
export type VexAnswer = z.infer<typeof VexAnswer>;

export const VexQuery = ListQuery.extend({ image: Digest.optional() });
