import type { AttributeValue, EndedSpan, SpanKind, SpanSink } from './tracer.ts';

export interface OtlpSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly timeoutMs: number;
  /** Of traces that begin here, how many are told of: 0 to 1. */
  readonly ratio: number;
}

const mostHeld = 8192;
const mostAtOnce = 512;
const everyMs = 2000;
const mostTries = 4;

/** As the environment says (OpenTelemetry, OTLP exporter configuration). */
export function readSettings(env: Readonly<Record<string, string | undefined>>): OtlpSettings {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  const texts = env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] ?? env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '';
  const headers = texts.split(',').flatMap((each) => {
    const at = each.indexOf('=');
    return at < 1 ? [] : [[each.slice(0, at).trim(), decodeURIComponent(each.slice(at + 1).trim())] as const];
  });
  const ratio = /ratio$/.test(env['OTEL_TRACES_SAMPLER'] ?? '') ? Number(env['OTEL_TRACES_SAMPLER_ARG'] ?? 1) : 1;
  const isOff = /always_off$/.test(env['OTEL_TRACES_SAMPLER'] ?? '');
  return {
    url: own || `${base.replace(/\/+$/, '')}/v1/traces`,
    headers: Object.fromEntries(headers),
    service: env['OTEL_SERVICE_NAME'] || 'plimsoll',
    timeoutMs: Number(env['OTEL_EXPORTER_OTLP_TIMEOUT']) || 10_000,
    ratio: isOff ? 0 : Number.isNaN(ratio) ? 1 : ratio,
  };
}

/** Sends spans in batches, as JSON over HTTP. A collector that is away costs spans, never the server. */
export class OtlpExporter implements SpanSink {
  readonly #settings: OtlpSettings & { readonly version: string; readonly onError: (error: unknown) => void };
  readonly #timer: NodeJS.Timeout;
  #held: EndedSpan[] = [];
  #dropped = 0;
  #sending: Promise<void> | undefined;
  #isClosing = false;

  constructor(settings: OtlpSettings & { readonly version: string; readonly onError: (error: unknown) => void }) {
    this.#settings = settings;
    this.#timer = setInterval(() => this.#wake(), everyMs);
    this.#timer.unref();
  }

  take(span: EndedSpan): void {
    if (this.#held.length >= mostHeld) return void this.#dropped++;
    this.#held.push(span);
    if (this.#held.length >= mostAtOnce) this.#wake();
  }

  /** Sends what there is, once. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#isClosing = true;
    await this.#sending;
    this.#wake();
    await this.#sending;
  }

  #wake(): void {
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  async #send(): Promise<void> {
    if (this.#dropped > 0) {
      this.#settings.onError(new Error(`${this.#dropped} spans were left out: the collector takes them too slowly`));
      this.#dropped = 0;
    }
    while (this.#held.length > 0) {
      const batch = this.#held.splice(0, mostAtOnce);
      try {
        await this.#post(JSON.stringify(this.#bodyOf(batch)));
      } catch (error) {
        this.#settings.onError(error);
        return;
      }
    }
  }

  async #post(body: string): Promise<void> {
    const { url, headers, timeoutMs } = this.#settings;
    for (let tries = 1; ; tries++) {
      let why: string;
      try {
        const answer = await fetch(url, {
          method: 'POST',
          body,
          headers: { ...headers, 'content-type': 'application/json' },
          signal: AbortSignal.timeout(timeoutMs),
          redirect: 'error',
        });
        await answer.body?.cancel();
        if (answer.ok) return;
        why = `it answers ${answer.status}`;
        if (![429, 502, 503, 504].includes(answer.status)) tries = mostTries;
      } catch (error) {
        why = (error as Error).message;
      }
      // Whoever stops waits for one more try, not for all.
      if (tries >= (this.#isClosing ? 2 : mostTries)) throw new Error(`the collector at ${new URL(url).host}: ${why}`);
      await new Promise((resolve) => setTimeout(resolve, this.#isClosing ? 100 : 250 * 2 ** tries));
    }
  }

  #bodyOf(batch: readonly EndedSpan[]): object {
    const { service, version } = this.#settings;
    return {
      resourceSpans: [
        {
          resource: { attributes: attributesOf({ 'service.name': service, 'service.version': version }) },
          scopeSpans: [{ scope: { name: 'plimsoll', version }, spans: batch.map(spanOf) }],
        },
      ],
    };
  }
}

const kinds: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3, consumer: 5 };

function spanOf({ traceId, spanId, parentId, name, kind, startMs, endMs, attributes, error }: EndedSpan): object {
  return {
    traceId,
    spanId,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributesOf(attributes),
    status: error === undefined ? {} : { code: 2, message: error.slice(0, 1000) },
  };
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}

function attributesOf(attributes: Readonly<Record<string, AttributeValue>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }));
}
