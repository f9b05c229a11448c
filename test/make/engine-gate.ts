import { connect, type Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import type { AddressInfo } from 'node:net';

/** A port on loopback that speaks TLS and leads to an engine's socket, as dockerd's own `--tlsverify` port does. */
export interface EngineGate {
  readonly port: number;
  /** How many connections got through the greeting. */
  readonly passed: () => number;
  stop(): Promise<void>;
}

/** @param tls the gate's certificate; with `ca` and `requestCert` it lets nobody through without one. */
export async function startEngineGate(socketPath: string, tls: TlsOptions): Promise<EngineGate> {
  const sockets = new Set<Socket>();
  let passed = 0;
  const server = createServer(tls, (client) => {
    passed++;
    const engine = connect(socketPath);
    engine.on('error', () => client.destroy());
    client.on('error', () => engine.destroy());
    sockets.add(engine);
    client.pipe(engine).pipe(client);
  });
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => {})));
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    passed: () => passed,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
