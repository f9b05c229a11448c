import { proxyName } from './proxy.ts';

/** The proxy answered a CONNECT, but opens no tunnel. */
export class TunnelRefused extends Error {
  readonly status: number;

  constructor(proxy: URL, target: string, status: number) {
    super(`the proxy ${proxyName(proxy)} answers ${status} when asked for ${target}`);
    this.name = 'TunnelRefused';
    this.status = status;
  }
}
