import { randomUUID } from 'node:crypto';
import { stopDockerEngine } from './docker-engine.ts';

/** Marks this run, so that its end stops the engine and the databases that its tests started, and no other. */
export function setup(): () => Promise<void> {
  const run = randomUUID();
  process.env['PLIMSOLL_TEST_RUN'] = run;
  return async () => {
    // Only now is the run's mark there that it reads.
    const { stopPostgres } = await import('./postgres.ts');
    await Promise.all([stopDockerEngine(run), stopPostgres()]);
  };
}
