import type * as z from 'zod';
import type { CallOptions, ServerClient } from '../flows/server-client/index.ts';
import type { Route, RouteName, routes } from '../server/contract/index.ts';

type Routes = typeof routes;
type Given<R, Key extends keyof Route> = R extends { readonly [K in Key]: infer Schema extends z.ZodType }
  ? { readonly [K in Key]?: z.input<Schema> }
  : unknown;
export type Answer<Name extends RouteName> = Routes[Name] extends { readonly answer: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;
export type Asking<Name extends RouteName> = Given<Routes[Name], 'params'> &
  Given<Routes[Name], 'query'> &
  Given<Routes[Name], 'body'> &
  CallOptions;

/** Asks a server by a route of its contract: what is sent and what comes back are of that route's form. */
export async function ask<Name extends RouteName>(
  server: ServerClient,
  name: Name,
  asking: Asking<Name> = {} as Asking<Name>,
): Promise<Answer<Name>> {
  const { routes: all } = await import('../server/contract/index.ts');
  const route: Route = all[name];
  const { body, headers, file, patienceMs } = asking as { readonly body?: unknown } & CallOptions;
  return server.call(route.method, addressOf(route, asking), body, {
    ...(headers === undefined ? {} : { headers }),
    ...(file === undefined ? {} : { file }),
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
}

type Paged = 'listWaivers' | 'listLedger' | 'listVex';
type Item<Name extends RouteName> = Answer<Name> extends { readonly items: readonly (infer Each)[] } ? Each : never;

/** Items of a list that comes in pages, at most so many. */
export async function askAll<Name extends Paged>(
  server: ServerClient,
  name: Name,
  query: object,
  most: number,
): Promise<readonly Item<Name>[]> {
  const items: Item<Name>[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(1000, most - items.length);
    const asking = { query: { ...query, limit, cursor } } as unknown as Asking<Name>;
    const page = (await ask(server, name, asking)) as { readonly items: readonly Item<Name>[]; readonly next?: string };
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && items.length < most);
  return items;
}

/** The address of a route, with what stands in it and behind it. */
export function addressOf(route: Pick<Route, 'path'>, asking: object): string {
  const { params = {}, query = {} } = asking as {
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, unknown>>;
  };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const words = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return words.length === 0 ? path : `${path}?${new URLSearchParams(words).toString()}`;
}
