/**
 * Traces of requests, jobs and database work, sent to an OpenTelemetry collector over OTLP/HTTP where one is named. Nothing of it is
 * loaded where none is.
 */
import type { SpanStart, Tracer } from './tracer.ts';

export type { Span, Tracer } from './tracer.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A tracer as the environment asks for one (OpenTelemetry, environment variables); undefined where it does not. */
export async function openTracer(
  env: Env,
  { version, onError }: { readonly version: string; readonly onError: (error: unknown) => void },
): Promise<Tracer | undefined> {
  const asked = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const isOff = /^true$/i.test(env['OTEL_SDK_DISABLED'] ?? '') || env['OTEL_TRACES_EXPORTER'] === 'none';
  if (asked === undefined || asked === '' || isOff) return undefined;
  const [{ OtlpExporter, readSettings }, { Tracer: Made }] = await Promise.all([
    import('./otlp-exporter.ts'),
    import('./tracer.ts'),
  ]);
  const settings = readSettings(env);
  return new Made(new OtlpExporter({ ...settings, version, onError }), settings.ratio);
}

/** Does a piece of work as a span, where spans are wanted. */
export function traced<T>(
  tracer: Tracer | undefined,
  name: string,
  start: SpanStart,
  work: () => Promise<T>,
): Promise<T> {
  return tracer === undefined ? work() : tracer.run(name, start, work);
}
