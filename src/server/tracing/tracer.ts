import { AsyncLocalStorage } from 'node:async_hooks';
import { newSpanId, newTraceId, type TraceContext } from './trace-context.ts';

export type SpanKind = 'internal' | 'server' | 'client' | 'consumer';
export type AttributeValue = string | number | boolean;

/** A piece of work that is over, as it is sent. */
export interface EndedSpan extends TraceContext {
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** What went wrong, where something did. */
  readonly error: string | undefined;
}

export interface SpanSink {
  take(span: EndedSpan): void;
  close(): Promise<void>;
}

export interface SpanStart {
  readonly kind?: SpanKind;
  /** What it is part of; absent: of what runs around it. */
  readonly parent?: TraceContext | undefined;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A piece of work that goes on. */
export class Span implements TraceContext {
  readonly traceId: string;
  readonly spanId = newSpanId();
  readonly isSampled: boolean;
  readonly #start: { readonly name: string; readonly parentId: string | undefined; readonly kind: SpanKind };
  readonly #startMs = performance.timeOrigin + performance.now();
  readonly #attributes: Record<string, AttributeValue>;
  readonly #sink: SpanSink;
  #isEnded = false;

  constructor(name: string, { kind = 'internal', parent, attributes = {} }: SpanStart, sink: SpanSink, ratio: number) {
    this.traceId = parent?.traceId ?? newTraceId();
    // By the id, so that all who see a trace decide alike.
    this.isSampled = parent?.isSampled ?? Number.parseInt(this.traceId.slice(-8), 16) < ratio * 2 ** 32;
    this.#start = { name, parentId: parent?.spanId, kind };
    this.#attributes = { ...attributes };
    this.#sink = sink;
  }

  set(attributes: Readonly<Record<string, AttributeValue>>): void {
    Object.assign(this.#attributes, attributes);
  }

  end(error?: string): void {
    if (this.#isEnded || !this.isSampled) return;
    this.#isEnded = true;
    const { traceId, spanId, isSampled } = this;
    const times = { startMs: this.#startMs, endMs: performance.timeOrigin + performance.now() };
    this.#sink.take({ ...this.#start, ...times, traceId, spanId, isSampled, attributes: this.#attributes, error });
  }
}

/** Follows what this process does, each piece of work within what it is part of. */
export class Tracer {
  readonly #sink: SpanSink;
  readonly #ratio: number;
  readonly #around = new AsyncLocalStorage<Span>();

  constructor(sink: SpanSink, ratio: number) {
    this.#sink = sink;
    this.#ratio = ratio;
  }

  start(name: string, start: SpanStart = {}): Span {
    return new Span(name, { ...start, parent: start.parent ?? this.#around.getStore() }, this.#sink, this.#ratio);
  }

  /** Runs something as part of a span. */
  within<T>(span: Span, work: () => T): T {
    return this.#around.run(span, work);
  }

  /** Runs a piece of work as a span of its own. */
  async run<T>(name: string, start: SpanStart, work: () => Promise<T>): Promise<T> {
    const span = this.start(name, start);
    try {
      const result = await this.within(span, work);
      span.end();
      return result;
    } catch (error) {
      span.end(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** A query that is over. Only those that something else waits for are told of: what looks every second for work is noise. */
  query(text: string, tookMs: number, error?: string): void {
    const parent = this.#around.getStore();
    if (parent?.isSampled !== true) return;
    const endMs = performance.timeOrigin + performance.now();
    const name =
      /^\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT)\b/i.exec(text)?.[0].trim().toUpperCase() ?? 'query';
    this.#sink.take({
      ...{ traceId: parent.traceId, spanId: newSpanId(), isSampled: true, parentId: parent.spanId },
      ...{ name, kind: 'client', startMs: endMs - tookMs, endMs, error },
      // What is asked for stands beside the text, which has places for it.
      attributes: { 'db.system.name': 'postgresql', 'db.query.text': text.replace(/\s+/g, ' ').trim().slice(0, 2000) },
    });
  }

  async close(): Promise<void> {
    await this.#sink.close();
  }
}
