import { writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestRegistry } from './registry.ts';
import { runCommand } from './run-command.ts';
import { program } from './test-server.ts';

/** The organisation's library of bases, assessed. Gives its folder. */
export async function catalogue(folder: string, registry: TestRegistry, database: string): Promise<string> {
  const bases = join(folder, 'bases');
  const take = async (name: string, tag: string, ...more: readonly string[]): Promise<void> => {
    const from = `registry:${registry.address}/bases/${name}:${tag}`;
    const by = ['--by', 'ada@example.com', '--bases', bases];
    await plimsoll('base', 'add', name, '--from', from, '--owner', 'platform@example.com', ...more, ...by);
    // It fails where the base has something to mend: that is what the page shows.
    await plimsoll('base', 'assess', name, '--db', database, '--bases', bases).catch(() => undefined);
  };
  await take('debian-12', '12.5', '--support-end', '2028-06-30', '--description', 'Debian without extras.');
  await take('alpine-3', '3.22', '--support-end', '2027-05-01', '--purpose', 'static');
  return bases;
}

/** A port on loopback that leads to the engine's socket. */
export async function openGate(socketPath: string): Promise<{ readonly port: number; stop(): void }> {
  const gate = createServer((client) => {
    const engine = connect(socketPath);
    engine.on('error', () => client.destroy());
    client.on('error', () => engine.destroy());
    client.pipe(engine).pipe(client);
  });
  await new Promise<void>((done) => gate.listen(0, '127.0.0.1', done));
  return { port: (gate.address() as AddressInfo).port, stop: () => void gate.close() };
}

/** An advisory for Alpine 3.22 that no image here is affected by: its images are covered by the database, and so can be judged. */
export function alpineData(folder: string): string {
  const file = join(folder, 'alpine.json');
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.35.0-r0' }] }];
  const affected = [{ package: { ecosystem: 'Alpine:v3.22', name: 'busybox' }, ranges }];
  const advisory = { id: 'ALPINE-CVE-2022-28391', modified: '2026-11-20T00:00:00Z', upstream: [], affected };
  writeFileSync(file, JSON.stringify({ ...advisory, published: '2022-04-03T00:00:00Z', summary: 'busybox: netstat' }));
  return file;
}

/** Runs the program as people do. */
export async function plimsoll(...args: readonly string[]): Promise<string> {
  return runCommand(program[0]!, [program[1]!, ...args]);
}
