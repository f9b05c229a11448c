import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cartRecord } from '../../../test/make/cart-image.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { startTestServer } from '../../../test/make/test-server.ts';
import { openTracer } from './index.ts';
import { readSettings } from './otlp-exporter.ts';
import { readTraceparent } from './trace-context.ts';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

/** Takes what OTLP/HTTP sends as JSON, as a collector does; refuses the first batch for a moment. */
class Receiver {
  readonly spans: SentSpan[] = [];
  readonly heads: { readonly url: string | undefined; readonly key: unknown; readonly type: unknown }[] = [];
  readonly services = new Set<unknown>();
  #server!: Server;
  #refused = 0;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', () => {
        this.heads.push({
          url: request.url,
          key: request.headers['x-key'],
          type: request.headers['content-type'],
        });
        if (this.#refused++ === 0) return void response.writeHead(503).end();
        for (const { resource, scopeSpans } of (JSON.parse(text) as Batch).resourceSpans) {
          this.services.add(resource.attributes.find(({ key }) => key === 'service.name')?.value['stringValue']);
          for (const { spans } of scopeSpans) this.spans.push(...spans);
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
      });
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

interface Batch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: SentSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

describe('a server that is told of a collector', () => {
  const receiver = new Receiver();
  let endpoint: string;
  beforeAll(async () => {
    endpoint = await receiver.start();
  });
  afterAll(() => receiver.stop());

  test('sends it requests with the queries that they waited for, as part of the trace of whoever asked', async () => {
    const server = await startTestServer(await postgresServers[0]!.freshDatabase(), {
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
      },
    });
    const traceId = 'a'.repeat(32);
    const traceparent = `00-${traceId}-${'b'.repeat(16)}-01`;
    await server.admin('POST', '/v1/records', { record: cartRecord(), reference: 'a:1' }, { traceparent });
    const untold = `00-${'c'.repeat(32)}-${'b'.repeat(16)}-00`;
    await server.admin('GET', '/v1/images?q=secret-word', undefined, { traceparent: untold });
    await server.admin('GET', '/v1/images?q=secret-word');
    await server.close();

    expect(new Set(receiver.heads.map((head) => JSON.stringify(head)))).toEqual(
      new Set([JSON.stringify({ url: '/v1/traces', key: 'a b', type: 'application/json' })]),
    );
    expect([...receiver.services]).toEqual(['plimsoll']);
    const mine = receiver.spans.filter((span) => span.traceId === traceId);
    const [request] = mine.filter(({ kind }) => kind === 2);
    expect(request).toMatchObject({ name: 'POST /v1/records', parentSpanId: 'b'.repeat(16) });
    const attributes = Object.fromEntries(request!.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
    expect(attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/records',
      'url.path': '/v1/records',
      'http.response.status_code': '201',
    });
    const queries = mine.filter(({ kind }) => kind === 3);
    // The body was read in between: what came after it belongs to the request all the same.
    expect(queries.some(({ attributes: own }) => JSON.stringify(own).includes('insert into \\"record\\"'))).toBe(true);
    expect(new Set(queries.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([request!.spanId]));
    for (const span of mine)
      expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name).toBe(true);
    expect(receiver.spans.filter((span) => span.traceId === 'c'.repeat(32))).toEqual([]);
    const lists = receiver.spans.filter(({ name }) => name === 'GET /v1/images');
    expect(lists.length).toBe(1);
    // What is asked for stands in no span: neither in an address nor in a query.
    expect(JSON.stringify(receiver.spans)).not.toContain('secret-word');
  });

  test('goes on where the collector has gone', async () => {
    const errors: unknown[] = [];
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/v1/traces' };
    const tracer = (await openTracer(env, { version: '1', onError: (error) => errors.push(error) }))!;
    for (let n = 0; n < 10_000; n++) tracer.start('work').end();
    await tracer.close();
    expect(errors.map(String).some((text) => text.includes('the collector at 127.0.0.1:1'))).toBe(true);
    expect(errors.map(String).some((text) => text.includes('spans were left out'))).toBe(true);
  });
});

test('without a collector there is no tracer', async () => {
  const none = { version: '1', onError: () => undefined };
  expect(await openTracer({}, none)).toBeUndefined();
  expect(
    await openTracer({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_SDK_DISABLED: 'true' }, none),
  ).toBeUndefined();
  expect(
    await openTracer({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_TRACES_EXPORTER: 'none' }, none),
  ).toBeUndefined();
  expect(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318/', OTEL_SERVICE_NAME: 'shop' })).toEqual({
    url: 'http://a:4318/v1/traces',
    headers: {},
    service: 'shop',
    timeoutMs: 10_000,
    ratio: 1,
  });
});

test.each([
  [`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, true],
  [`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`, false],
  [`cc-${'a'.repeat(32)}-${'b'.repeat(16)}-01-what-later-versions-add`, true],
  [`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01-more`, undefined],
  [`ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, undefined],
  [`00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`, undefined],
  [`00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`, undefined],
  ['00-a-b-01', undefined],
  [undefined, undefined],
])('traceparent %s', (header, isSampled) => {
  expect(readTraceparent(header)?.isSampled).toBe(isSampled);
});
