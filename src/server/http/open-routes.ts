import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { engine } from '../../flows/engine.ts';
import { countUnreadable } from '../../server-store/index.ts';
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
      if (why !== undefined) return reply.code(503).send({ ready: false, why });
      return reply.send({ ready: true, ...(await bodiesState(service)) });
    } catch (error) {
      return reply.code(503).send({ ready: false, why: (error as Error).message });
    }
  });
  app.get('/metrics', async (_, reply) => {
    service.metrics.listeners.set(service.hub.listeners);
    await bodiesState(service).catch(() => undefined);
    return reply.type(service.metrics.registry.contentType).send(await service.metrics.registry.metrics());
  });
  const document = JSON.stringify(openApi(engine.replace('plimsoll ', '')));
  app.get('/openapi.json', (_, reply) => reply.type('application/json; charset=utf-8').send(document));
}

/** What is wrong with records that are kept outside of the database, or lost: the server serves all the same. */
async function bodiesState({ store, metrics }: Service): Promise<object> {
  const { images } = await countUnreadable(store);
  metrics.lostRecords.set(images);
  const trouble = store.places.trouble();
  const warnings = [
    ...(images === 0
      ? []
      : [`the records of ${images} images are lost: nothing can be told of them until they are scanned again`]),
    ...(trouble === undefined ? [] : [`where records lie does not answer: ${trouble.code}`]),
  ];
  return warnings.length === 0 ? {} : { warnings };
}
