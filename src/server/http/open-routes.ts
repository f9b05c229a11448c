import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { engine } from '../../flows/engine.ts';
import type { Service } from '../service.ts';
import { openApi } from './open-api.ts';
import type { StoreRoom } from './store-room.ts';

/** What machines ask that look after this one: whether it lives, whether it can serve, what it counts, what it offers. */
export function addOpenRoutes(app: FastifyInstance, service: Service, room: StoreRoom): void {
  app.get('/healthz', (_, reply) => reply.header('cache-control', 'no-store').send({ alive: true }));
  app.get('/readyz', async (_, reply) => {
    reply.header('cache-control', 'no-store');
    try {
      await sql`SELECT 1`.execute(service.store.db);
      const why = room.complaint();
      return why === undefined ? reply.send({ ready: true }) : reply.code(503).send({ ready: false, why });
    } catch (error) {
      return reply.code(503).send({ ready: false, why: (error as Error).message });
    }
  });
  app.get('/metrics', async (_, reply) => {
    service.metrics.listeners.set(service.hub.listeners);
    return reply.type(service.metrics.registry.contentType).send(await service.metrics.registry.metrics());
  });
  const document = JSON.stringify(openApi(engine.replace('plimsoll ', '')));
  app.get('/openapi.json', (_, reply) => reply.type('application/json; charset=utf-8').send(document));
}
