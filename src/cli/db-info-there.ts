import { visibleText } from '../report/index.ts';
import { ask } from './ask-server.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

/** Says what advisories a server judges by. */
export async function advisoriesThere(
  flags: ServerFlags & { readonly format: 'table' | 'json' },
  io: Io,
): Promise<void> {
  const facts = await withServer(flags, io, (server) => ask(server, 'getAdvisories'));
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(facts, undefined, 2)}\n`);
  if (!facts.present) return void io.stdout.write('the server has no advisory database: plimsoll db import --server\n');
  const { databaseDigest = '', builtAt = '', ageHours = 0, advisories = 0, ecosystems } = facts;
  const lines = [
    `digest     ${databaseDigest}`,
    `built      ${builtAt}, ${Math.round(ageHours)} hours old`,
    `advisories ${advisories}`,
    ...ecosystems.map((each) => `  ${each.name}  ${each.advisories}`),
  ];
  io.stdout.write(`${lines.map(visibleText).join('\n')}\n`);
}
