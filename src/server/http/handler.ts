import type { FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import type { Route, RouteName, routes } from '../contract/index.ts';
import type { Identity } from '../service.ts';

type Parsed<R, Key extends keyof Route> = R extends { readonly [K in Key]: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** A request that was checked: of the asked form, by somebody who may. */
export interface Asked<R> {
  readonly params: Parsed<R, 'params'>;
  readonly query: Parsed<R, 'query'>;
  readonly body: Parsed<R, 'body'>;
  /** Of public routes: nobody. */
  readonly identity: Identity;
  /** Address of whoever asks. */
  readonly from: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Answer<R> = R extends { readonly answer: infer Schema extends z.ZodType } ? z.input<Schema> : undefined | string;

export type Handler<Name extends RouteName> = (
  asked: Asked<(typeof routes)[Name]>,
) => Promise<Answer<(typeof routes)[Name]> | Sent>;

/** The handler has answered by itself. */
export const sent = Symbol('sent');
export type Sent = typeof sent;

export type Handlers = { readonly [Name in RouteName]: Handler<Name> };
