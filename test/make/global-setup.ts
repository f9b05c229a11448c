import { randomUUID } from 'node:crypto';
import { stopDockerEngine } from './docker-engine.ts';

/** Marks this run, so that its end stops the engine that one of its tests started, and no other. */
export function setup(): () => Promise<void> {
  const run = randomUUID();
  process.env['PLIMSOLL_TEST_RUN'] = run;
  return () => stopDockerEngine(run);
}
