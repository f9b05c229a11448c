import { Counter, Gauge, Histogram, collectDefaultMetrics, Registry } from 'prom-client';

/** What is counted, in Prometheus' form at /metrics. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<'route' | 'method' | 'status'>;
  readonly scans: Counter<'result'>;
  readonly scanSeconds: Histogram;
  readonly running: Gauge;
  readonly listeners: Gauge;
  readonly lostRecords: Gauge;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'plimsoll_http_request_seconds',
      help: 'Time to answer requests, by route',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    scans: new Counter({
      name: 'plimsoll_scans_total',
      help: 'Scans that ended, by how',
      labelNames: ['result'],
      registers,
    }),
    scanSeconds: new Histogram({
      name: 'plimsoll_scan_seconds',
      help: 'Time that scans took',
      buckets: [0.5, 1, 2, 5, 10, 30, 60, 300],
      registers,
    }),
    running: new Gauge({ name: 'plimsoll_scans_running', help: 'Scans that run in this process', registers }),
    listeners: new Gauge({ name: 'plimsoll_event_streams', help: 'Streams of events that are open', registers }),
    lostRecords: new Gauge({
      name: 'plimsoll_records_lost',
      help: 'Images whose record is lost or was altered where it lies',
      registers,
    }),
  };
}
