import type { Notifications } from '../flows/notify/index.ts';
import type { Role } from './contract/index.ts';

/** How people log in at a provider of the organisation. */
export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** The claim whose values give roles. Default `groups`. */
  readonly claim: string;
  /** Which of its values gives which role; then the provider decides, at each log-in anew. */
  readonly roles: readonly { readonly role: Role; readonly value: string }[];
  /** The claim that names the teams that somebody reaches; absent: all. */
  readonly teamClaim?: string | undefined;
  /** What somebody is who logs in for the first time, where no claim says. */
  readonly defaultRole?: Role | undefined;
}

export interface TlsOptions {
  readonly cert: string;
  readonly key: string;
  /** Authorities of agents' certificates, in PEM. */
  readonly clientAuthorities?: string | undefined;
}

/** What a server is started with. */
export interface ServerOptions {
  readonly data: string;
  readonly databaseUrl?: string | undefined;
  /** Where new records go, as `s3://…` or `oci://…`; absent: into the database. */
  readonly bodies?: string | undefined;
  readonly host: string;
  readonly port: number;
  /** As people reach it; default: where it listens. */
  readonly publicUrl?: string | undefined;
  readonly tls?: TlsOptions | undefined;
  readonly oidc?: OidcOptions | undefined;
  /** Folder of the built dashboard; absent or missing: none is served. */
  readonly web?: string | undefined;
  /** The organisation's catalogue of bases. */
  readonly bases?: string | undefined;
  readonly database: string;
  readonly cacheDirectory: string;
  /** Who is told of verdicts that turn; absent: nobody. */
  readonly notifications?: Notifications | undefined;
  /** Scans at once in this process; 0: this process does none. */
  readonly scans: number;
  /** Addresses of this machine and its networks that may be asked all the same: `10.1.0.0/16`, `registry.corp`. */
  readonly allowAddresses: readonly string[];
  /** How often what the ledger is gets signed, in seconds. Default 60. */
  readonly treeHeadSeconds?: number | undefined;
  /** How long verdicts that turned, and messages about them, are remembered, in days. Default 90. */
  readonly keepTurnsDays?: number | undefined;
  /** Requests a second that one caller may make for long. */
  readonly requestsPerSecond: number;
  /** How this program is called to scan. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Makes a new link for the administrator at each start, also where there is one already. */
  readonly logInLink?: boolean;
  /** Watches the Docker engine of this machine, where one answers. */
  readonly localEngine?: boolean;
  /** Whether a person sits before it: the ledger says who started it. */
  readonly hasTerminal?: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}
