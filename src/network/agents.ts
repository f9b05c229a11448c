import type { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { proxyFor } from './proxy.ts';

/** What proves who we are to a server that asks for it, in PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Trust beyond what Node trusts anyway (NODE_EXTRA_CA_CERTS included). */
export interface TrustSettings {
  /** Further authorities, in PEM. */
  readonly authorities?: readonly string[];
  /** Shown to servers at this host (with port) only. */
  readonly client?: { readonly host: string; readonly certificate: ClientCertificate };
}

/** How a request to one URL goes out. */
export interface Route {
  readonly agent: Agent;
  readonly proxy?: URL;
  /** Authorities of the operating system count. */
  readonly trustsSystem: boolean;
}

/** Connections that are kept between requests, by scheme, proxy and certificate. */
export interface Agents {
  /** @throws CodedError `bad-proxy`, `address-refused`. */
  routeTo(url: URL): Route;
  /**
   * Trusts what the operating system trusts, too, from the next request on: docker does so from the start, but reading
   * that takes time which most requests need not spend.
   */
  trustSystem(): Promise<void>;
  close(): void;
}

export interface AgentsSettings {
  /** For HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Longest silence of a proxy that is asked for a tunnel. */
  readonly stallTimeoutMs: number;
  readonly trust?: TrustSettings;
}

/** Opens connections as the proxy variables of an environment and some trust say. */
export async function openAgents({ env, stallTimeoutMs, trust = {} }: AgentsSettings): Promise<Agents> {
  const [http, https, { TunnelAgent }] = await Promise.all([
    import('node:http'),
    import('node:https'),
    import('./tunnel-agent.ts'),
  ]);
  const guard = await guardOf(env);
  let authorities = trust.authorities?.length ? [...(await nodesAuthorities()), ...trust.authorities] : undefined;
  let system: Promise<void> | undefined;
  let trustsSystem = false;
  const agents = new Map<string, Agent>();

  function make(url: URL, proxy: URL | undefined, certificate: ClientCertificate | undefined): Agent {
    // Node's agent is told of the one proxy that we chose: its own idea of NO_PROXY knows no networks.
    if (url.protocol !== 'https:')
      return new http.Agent({
        keepAlive: true,
        ...(proxy === undefined ? guard?.options : {}),
        ...(proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy.href } }),
      });
    const options = {
      keepAlive: true,
      ...(proxy === undefined ? guard?.options : {}),
      ...(authorities === undefined ? {} : { ca: authorities }),
      ...certificate,
    };
    return proxy === undefined ? new https.Agent(options) : new TunnelAgent(proxy, stallTimeoutMs, options);
  }

  async function addSystem(): Promise<void> {
    const known = authorities ?? (await nodesAuthorities());
    authorities = [...new Set([...known, ...(await systemsAuthorities())])];
    trustsSystem = true;
  }

  return {
    routeTo(url) {
      const proxy = proxyFor(url, env);
      // Of a proxy's own rules we know nothing: where there is one, it decides what may be reached.
      if (proxy === undefined) guard?.check(url.hostname);
      const certificate = trust.client?.host === url.host ? trust.client.certificate : undefined;
      const key = `${url.protocol} ${proxy?.href} ${certificate !== undefined} ${trustsSystem}`;
      let agent = agents.get(key);
      if (agent === undefined) agents.set(key, (agent = make(url, proxy, certificate)));
      return { agent, trustsSystem, ...(proxy === undefined ? {} : { proxy }) };
    },
    trustSystem: () => (system ??= addSystem()),
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** Keeps connections away from where they must not lead. */
export interface AddressGuard {
  /** For Node's agents and requests: names are looked up by it. */
  readonly options: { readonly lookup: LookupFunction };
  /** Addresses that need no looking up. @throws CodedError `address-refused` */
  readonly check: (hostname: string) => void;
}

/**
 * Where the environment says `PLIMSOLL_REFUSE_ADDRESSES=private` (the server does, of scans that others ask for), addresses of this
 * machine and its networks are not connected to, but for those in `PLIMSOLL_ALLOW_ADDRESSES`.
 */
export async function guardOf(env: AgentsSettings['env']): Promise<AddressGuard | undefined> {
  if (env['PLIMSOLL_REFUSE_ADDRESSES'] !== 'private') return undefined;
  const { checkLiteral, guardedLookup, parseAllowed } = await import('./address-guard.ts');
  const rule = parseAllowed((env['PLIMSOLL_ALLOW_ADDRESSES'] ?? '').split(',').filter((text) => text !== ''));
  return {
    options: { lookup: guardedLookup(rule) as LookupFunction },
    check: (hostname) => checkLiteral(hostname, rule),
  };
}

/** Node's list is replaced by one that is given, so what it trusts anyway is named too. */
async function nodesAuthorities(): Promise<readonly string[]> {
  return (await import('node:tls')).getCACertificates('default');
}

async function systemsAuthorities(): Promise<readonly string[]> {
  return (await import('node:tls')).getCACertificates('system');
}
