import * as z from 'zod';
import { pageOf, Why } from '../shared.ts';
import { Vex, VexAnswer, VexDetail, VexQuery, VexUpload } from '../vex.ts';
import { route, type Route } from '../route.ts';

const byId = z.object({ id: z.string().min(1).max(256) });

export const vexRoutes = {
  listVex: route({
    method: 'GET',
    path: '/v1/vex',
    tag: 'vex',
    summary: 'VEX documents that images are judged with, the latest first; with image, those that may count for it',
    permission: 'read',
    query: VexQuery,
    answer: pageOf(Vex),
  }),
  getVex: route({
    method: 'GET',
    path: '/v1/vex/{id}',
    tag: 'vex',
    summary: 'A VEX document with its text',
    permission: 'read',
    params: byId,
    answer: VexDetail,
  }),
  sendVex: route({
    method: 'POST',
    path: '/v1/vex',
    tag: 'vex',
    summary:
      'Send a VEX document; one of the same name, image and team is replaced; images that it is about are judged again',
    permission: 'vex.write',
    body: VexUpload,
    // Text of JSON in JSON grows by what is escaped.
    bodyLimitBytes: 10 << 20,
    status: 201,
    answer: VexAnswer,
    ledger: ['vex.send'],
  }),
  removeVex: route({
    method: 'DELETE',
    path: '/v1/vex/{id}',
    tag: 'vex',
    summary: 'Take a VEX document away; images that it was about are judged again',
    permission: 'vex.write',
    params: byId,
    query: Why,
    status: 204,
    ledger: ['vex.remove'],
  }),
} satisfies Readonly<Record<string, Route>>;
