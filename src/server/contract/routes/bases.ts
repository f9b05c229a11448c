import * as z from 'zod';
import { BaseDetail, BaseSummary, Impact, ImpactQuery, SearchAnswer, SearchQuery } from '../bases.ts';
import { route, type Route } from '../route.ts';

const byName = z.object({ name: z.string().min(1).max(256) });

export const baseRoutes = {
  listBases: route({
    method: 'GET',
    path: '/v1/bases',
    tag: 'bases',
    summary: 'The library of bases',
    permission: 'read',
    answer: z.object({ items: z.array(BaseSummary) }),
  }),
  getBase: route({
    method: 'GET',
    path: '/v1/bases/{name}',
    tag: 'bases',
    summary: 'A base with its releases and children',
    permission: 'read',
    params: byName,
    answer: BaseDetail,
  }),
  getImpact: route({
    method: 'GET',
    path: '/v1/impact',
    tag: 'bases',
    summary: 'Whom a CVE, a package or a digest reaches',
    permission: 'read',
    query: ImpactQuery,
    answer: Impact,
  }),
  search: route({
    method: 'GET',
    path: '/v1/search',
    tag: 'search',
    summary: 'Everything by a word',
    permission: 'read',
    query: SearchQuery,
    answer: SearchAnswer,
  }),
} satisfies Readonly<Record<string, Route>>;
