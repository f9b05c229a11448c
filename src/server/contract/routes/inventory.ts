import * as z from 'zod';
import {
  Container,
  ContainerQuery,
  Fleet,
  FleetQuery,
  NewSource,
  Source,
  SourceChange,
  Workload,
  WorkloadDetail,
  WorkloadQuery,
} from '../inventory.ts';
import { pageOf } from '../shared.ts';
import { route, type Route } from '../route.ts';

const byId = z.object({ id: z.string().min(1).max(256) });

export const inventoryRoutes = {
  getFleet: route({
    method: 'GET',
    path: '/v1/fleet',
    tag: 'inventory',
    summary: 'What runs, and whether it is within its load line',
    permission: 'read',
    query: FleetQuery,
    answer: Fleet,
  }),
  listContainers: route({
    method: 'GET',
    path: '/v1/containers',
    tag: 'inventory',
    summary: 'Containers, newest first',
    permission: 'read',
    query: ContainerQuery,
    answer: pageOf(Container),
  }),
  listWorkloads: route({
    method: 'GET',
    path: '/v1/workloads',
    tag: 'inventory',
    summary: 'Workloads by name',
    permission: 'read',
    query: WorkloadQuery,
    answer: pageOf(Workload),
  }),
  getWorkload: route({
    method: 'GET',
    path: '/v1/workloads/{id}',
    tag: 'inventory',
    summary: 'A workload and its timeline',
    permission: 'read',
    params: byId,
    answer: WorkloadDetail,
  }),
  listSources: route({
    method: 'GET',
    path: '/v1/sources',
    tag: 'inventory',
    summary: 'Engines, clusters and registries that are asked',
    permission: 'read',
    answer: z.object({ items: z.array(Source) }),
  }),
  addSource: route({
    method: 'POST',
    path: '/v1/sources',
    tag: 'inventory',
    summary: 'Connect one',
    permission: 'source.write',
    body: NewSource,
    status: 201,
    answer: Source,
    idempotent: true,
  }),
  changeSource: route({
    method: 'PATCH',
    path: '/v1/sources/{id}',
    tag: 'inventory',
    summary: 'Change one',
    permission: 'source.write',
    params: byId,
    body: SourceChange,
    answer: Source,
  }),
  removeSource: route({
    method: 'DELETE',
    path: '/v1/sources/{id}',
    tag: 'inventory',
    summary: 'Forget one',
    permission: 'source.write',
    params: byId,
    status: 204,
  }),
} satisfies Readonly<Record<string, Route>>;
