import type * as z from 'zod';
import type { Permission } from './permissions.ts';

/** A request that the server answers: what it takes, what it gives, and who may ask. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/images/{digest}` */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** `public`: anyone; `session`: whoever is logged in. */
  readonly permission: Permission | 'public' | 'session';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Members of the body that hold what images say, which may be any text. */
  readonly foreign?: readonly string[];
  /** A body that is no JSON, by its media type. */
  readonly rawBody?: string;
  /** Most bytes of the body. Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  readonly status?: 200 | 201 | 202 | 204 | 302;
  readonly answer?: z.ZodType;
  /** An answer that is no JSON. */
  readonly answerType?: string;
  /** Takes `Idempotency-Key`. */
  readonly idempotent?: boolean;
  /**
   * What the ledger has of it afterwards, by the names of src/ledger/actions.ts; or why it has nothing. What changes something
   * says so: a test asks each.
   */
  readonly ledger?: readonly string[] | { readonly none: string };
  /** Wants `If-Match`. */
  readonly ifMatch?: boolean;
}

export function route<const R extends Route>(route: R): R {
  return route;
}
