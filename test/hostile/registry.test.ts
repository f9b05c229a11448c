import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { openImage } from '../../src/image/index.ts';
import { scanLayers } from '../../src/flows/scan/layer-pool.ts';
import { CodedError } from '../../src/model/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { buildImage } from '../make/image-builder.ts';
import { type Asked, startFaultyRegistry } from './faulty-registry.ts';
import { soundFiles } from './hostile-image.ts';

const place = new Place();
afterAll(() => place.remove());

const image = buildImage({ layers: [{ files: { ...soundFiles, '/srv/blob': noise(300_000) }, compression: 'none' }] });
const layer = image.layers[0]!;

/** Bytes that do not compress, the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1912;
  for (let i = 0; i < length; i++) bytes[i] = (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16;
  return bytes;
}

interface Read {
  readonly outcome: string;
  readonly message: string;
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
}

/** Reads the image from a registry with a fault; short patience, so that stalls are told within a second. */
async function read(
  fault: (asked: Asked) => void,
  given: { dockerConfig?: string; name?: string } = {},
): Promise<Read> {
  const registry = await startFaultyRegistry(image, fault);
  const signal = AbortSignal.timeout(30_000);
  const reference = `registry:${registry.address}/${given.name ?? 'shop:1'}`;
  if (given.dockerConfig !== undefined) {
    mkdirSync(place.at('docker'), { recursive: true });
    const auth = Buffer.from(given.dockerConfig).toString('base64');
    writeFileSync(place.at('docker/config.json'), JSON.stringify({ auths: { [registry.address]: { auth } } }));
  }
  try {
    const opened = await openImage(reference, {
      signal,
      cacheDirectory: place.folder(`cache-${registry.address}`),
      env: {
        HOME: place.at('home'),
        ...(given.dockerConfig === undefined ? {} : { DOCKER_CONFIG: place.at('docker') }),
      },
      network: { stallTimeoutMs: 300, maxTries: 3, retryBaseMs: 5, maxWaitMs: 1_000 },
    });
    try {
      const spoolDirectory = place.folder('spool');
      const jobs = opened.layers.map((blob) => ({
        blob,
        request: { diffId: blob.diffId, label: 'layer', spoolDirectory },
      }));
      let entries = 0;
      await scanLayers(jobs, { signal, onDone: (_, scan) => void (entries += scan.entries) });
      return { outcome: `read ${entries}`, message: '', requests: registry.requests };
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { outcome: error.code, message: `${error.message} ${error.hint ?? ''}`, requests: registry.requests };
  } finally {
    await registry.stop();
  }
}

test('an honest registry is read', async () => {
  expect(await read(({ honest }) => honest())).toMatchObject({
    outcome: expect.stringMatching(/^read \d+$/) as string,
  });
});

const stalls = (at: Asked['kind']) => (asked: Asked) => {
  if (asked.kind !== at) return asked.honest();
  asked.response.writeHead(200, { 'content-length': asked.bytes!.length });
  asked.response.write(asked.bytes!.subarray(0, 10));
};

test.each(['manifest', 'config', 'layer'] as const)(
  'one that falls silent in the middle of the %s is given up',
  async (kind) => {
    const { outcome, message } = await read(stalls(kind));
    expect(outcome).toBe('registry-unreachable');
    expect(message).toContain('127.0.0.1');
  },
);

test('one that never answers is given up', async () => {
  expect(await read(() => {})).toMatchObject({ outcome: 'registry-unreachable' });
});

test('one that drips a byte at a time is given up as one that stalls', async () => {
  const drip = (asked: Asked): void => {
    if (asked.kind !== 'layer') return asked.honest();
    asked.response.writeHead(200, { 'content-length': asked.bytes!.length });
    let sent = 0;
    const timer = setInterval(() => asked.response.write(asked.bytes!.subarray(sent, ++sent)), 50);
    asked.response.on('close', () => clearInterval(timer));
  };
  expect(await read(drip)).toMatchObject({ outcome: 'registry-unreachable' });
});

test('one that drops the connection is asked for the rest, and ignoring Range does not matter', async () => {
  for (const takesRange of [true, false]) {
    const drops = (asked: Asked): void => {
      if (asked.kind !== 'layer') return asked.honest();
      const bytes = asked.bytes!;
      const from = takesRange ? Number(/\d+/.exec(asked.request.headers.range ?? '0')) : 0;
      const rest = bytes.subarray(from);
      asked.response.writeHead(from > 0 ? 206 : 200, {
        'content-length': rest.length,
        ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      });
      if (asked.before >= 2) return void asked.response.end(rest);
      asked.response.write(rest.subarray(0, 100_000 + asked.before * 50_000), () => asked.response.destroy());
    };
    expect((await read(drops)).outcome).toMatch(/^read \d+$/);
  }
});

test('one that always drops the layer at the same byte is given up', async () => {
  const drops = (asked: Asked): void => {
    if (asked.kind !== 'layer') return asked.honest();
    asked.response.writeHead(200, { 'content-length': asked.bytes!.length });
    asked.response.write(asked.bytes!.subarray(0, 1_000), () => asked.response.destroy());
  };
  const { outcome, message } = await read(drops);
  expect(outcome).toBe('registry-unreachable');
  expect(message).toContain(`1000 of ${layer.bytes.length} bytes of ${layer.digest}`);
});

test.each(['manifest', 'config', 'layer'] as const)(
  'one that sends another %s is caught, both digests named',
  async (kind) => {
    const lies = (asked: Asked): void => {
      if (asked.kind !== kind) return asked.honest();
      const bytes = Buffer.from(asked.bytes!);
      bytes[bytes.length >> 1]! ^= 1;
      asked.response
        .writeHead(200, { 'content-type': image.manifest.mediaType, 'content-length': bytes.length })
        .end(bytes);
    };
    const { outcome, message } = await read(lies, { name: `shop@${image.manifest.digest}` });
    expect(outcome).toBe('digest-mismatch');
    expect(message).toContain((kind === 'layer' ? layer : image[kind]).digest);
    expect(new Set(message.match(/sha256:[0-9a-f]{64}/g)).size).toBeGreaterThanOrEqual(2);
  },
);

test.each([
  ['less', -7],
  ['more', 7],
  ['without end', 1e12],
])('one that promises %s bytes of a layer than there are is refused', async (_, extra) => {
  const lies = (asked: Asked): void => {
    if (asked.kind !== 'layer') return asked.honest();
    asked.response.writeHead(200, { 'content-length': asked.bytes!.length + extra });
    asked.response.end(asked.bytes);
  };
  const { outcome, message } = await read(lies);
  expect(outcome).toBe('size-mismatch');
  expect(message).toContain(String(layer.bytes.length));
});

test('one that sends without saying how much, and does not stop, is cut off', async () => {
  for (const kind of ['manifest', 'config', 'layer'] as const) {
    const endless = (asked: Asked): void => {
      if (asked.kind !== kind) return asked.honest();
      const { response } = asked;
      response.writeHead(200, { 'content-type': image.manifest.mediaType });
      const chunk = kind === 'layer' ? asked.bytes! : Buffer.alloc(1 << 20, ' ');
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pump);
      };
      pump();
    };
    expect(['too-large', 'size-mismatch']).toContain((await read(endless)).outcome);
  }
});

test('redirects in a circle, without end and to nowhere are told', async () => {
  const redirect = (location: (asked: Asked) => string) => (asked: Asked) =>
    void asked.response.writeHead(307, { location: location(asked) }).end();
  const all = await Promise.all([
    read(redirect(({ path }) => path)),
    read(redirect(({ path }) => `${path}x`)),
    read(redirect(() => 'http://[bad')),
    read(redirect(() => '')),
    read(redirect(() => 'file:///etc/passwd')),
    read(redirect(() => 'ftp://127.0.0.1/x')),
  ]);
  expect(all.map(({ outcome }) => outcome)).toEqual(all.map(() => 'bad-redirect'));
  expect(all.every(({ message }) => message.includes('127.0.0.1'))).toBe(true);
});

test('redirects to elsewhere take no credentials along, and what is elsewhere may not ask for them', async () => {
  for (const demands of [false, true]) {
    const elsewhere = await startFaultyRegistry(image, ({ honest, request, response }) => {
      if (!demands || request.headers.authorization !== undefined) return honest();
      response.writeHead(401, { 'www-authenticate': 'Basic realm="give me"' }).end();
    });
    const { outcome, requests } = await read(
      (asked) => {
        if (asked.request.headers.authorization === undefined)
          return void asked.response.writeHead(401, { 'www-authenticate': 'Basic realm="home"' }).end();
        if (asked.kind !== 'layer') return asked.honest();
        asked.response.writeHead(307, { location: `http://${elsewhere.address}${asked.path}` }).end();
      },
      { dockerConfig: 'sailor:secret' },
    );
    await elsewhere.stop();
    expect(outcome).toMatch(demands ? /^(?:registry-denied|bad-registry-answer)$/ : /^read \d+$/);
    expect(requests.some(({ authorization }) => authorization?.startsWith('Basic '))).toBe(true);
    expect(elsewhere.requests.map(({ authorization }) => authorization)).toEqual(
      elsewhere.requests.map(() => undefined),
    );
    expect(elsewhere.requests.length).toBeGreaterThan(0);
  }
});

test('a token service elsewhere that answers with rubbish, redirects or without end is told', async () => {
  const answers = [
    'not json',
    '{"token": 5}',
    '{"token": ""}',
    `{"token": "${'x'.repeat(2 << 20)}"}`,
    '[]',
    `{"token":"a\\r\\nx: y"}`,
  ];
  for (const body of answers) {
    const { outcome, message } = await read(({ request, response, path }) => {
      if (path.startsWith('/token'))
        return void response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      const realm = `http://${request.headers.host}/token`;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s",scope="x"` }).end();
    });
    expect(outcome, body.slice(0, 40)).toMatch(/^(?:registry-denied|bad-registry-answer|too-large)$/);
    expect(message).toMatch(/127\.0\.0\.1|token/);
  }
});

test('manifests that are HTML, empty, deep or of an unknown kind are told', async () => {
  const bodies: readonly [string, string | Buffer][] = [
    ['text/html', '<html>log in</html>'],
    [image.manifest.mediaType, ''],
    [image.manifest.mediaType, '[]'],
    [image.manifest.mediaType, 'null'],
    [image.manifest.mediaType, '{"schemaVersion":2}'],
    [image.manifest.mediaType, '{"__proto__":{"config":{}},"schemaVersion":2}'],
    [image.manifest.mediaType, `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', '{"schemaVersion":1,"fsLayers":[]}'],
    [image.manifest.mediaType, Buffer.from([0xff, 0xfe, 0x7b])],
  ];
  for (const [type, body] of bodies) {
    const { outcome, message } = await read(({ kind, honest, response }) =>
      kind === 'manifest' ? void response.writeHead(200, { 'content-type': type }).end(body) : honest(),
    );
    expect(outcome, String(body).slice(0, 40)).toMatch(/manifest|unsupported|answer/);
    expect(message).toContain('127.0.0.1');
  }
});

test('500, 429 and 503 are tried again, but not for ever; Retry-After of a year is not waited for', async () => {
  const passing = await read((asked) => (asked.before < 1 ? void asked.response.writeHead(503).end() : asked.honest()));
  expect(passing.outcome).toMatch(/^read \d+$/);
  for (const status of [500, 429, 503])
    expect((await read(({ response }) => void response.writeHead(status).end())).outcome).toBe('registry-unreachable');
  const patient = await read(({ response }) => void response.writeHead(429, { 'retry-after': '31536000' }).end());
  expect(patient).toMatchObject({
    outcome: 'registry-unreachable',
    message: expect.stringContaining('wait') as string,
  });
  expect(patient.requests.length).toBeLessThan(5);
});
