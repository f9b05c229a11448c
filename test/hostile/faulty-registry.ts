import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { blobsOf, type BuiltImage } from '../make/image-builder.ts';

/** What a fault is told of a request, and the honest answer that it may give instead. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly kind: 'manifest' | 'config' | 'layer' | 'other';
  /** The bytes that an honest registry would send. */
  readonly bytes: Buffer | undefined;
  /** How many requests for this path came before. */
  readonly before: number;
  honest(): void;
}

export interface FaultyRegistry {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** `METHOD path` with the authorization that came along, in order. */
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  stop(): Promise<void>;
}

/** A registry that serves one image under any name, and does to each request what the fault says. */
export async function startFaultyRegistry(image: BuiltImage, fault: (asked: Asked) => void): Promise<FaultyRegistry> {
  const blobs = new Map(blobsOf(image).map((blob) => [blob.digest, blob]));
  const requests: { path: string; authorization: string | undefined }[] = [];
  const seen = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push({ path, authorization: request.headers.authorization });
    const before = seen.get(path) ?? 0;
    seen.set(path, before + 1);
    const last = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
    const blob = path.includes('/manifests/') ? image.manifest : blobs.get(last);
    const kind =
      blob === undefined
        ? 'other'
        : blob.digest === image.manifest.digest
          ? 'manifest'
          : blob.digest === image.config.digest
            ? 'config'
            : 'layer';
    fault({
      request,
      response,
      path,
      kind,
      bytes: blob?.bytes,
      before,
      honest() {
        if (blob === undefined) return void response.writeHead(404).end();
        response.writeHead(200, { 'content-type': blob.mediaType, 'content-length': blob.bytes.length });
        response.end(blob.bytes);
      },
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
