import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { cacheDirectory } from '../flows/advisories/database-path.ts';
import { dataFolder } from '../flows/server-store/data-folder.ts';
import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import type { ServerOptions } from '../server/index.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';
import { addBodiesOption, addStoreOptions, type StoreFlags } from './store-options.ts';

interface ServeFlags extends StoreFlags {
  readonly listen: string;
  readonly publicUrl?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly oidcClientSecret?: string;
  readonly oidcClaim: string;
  readonly oidcRole?: readonly string[];
  readonly oidcTeamClaim?: string;
  readonly oidcDefaultRole?: NonNullable<ServerOptions['oidc']>['defaultRole'];
  readonly logInLink?: boolean;
  readonly localEngine?: boolean;
  readonly bases?: string;
  readonly notifications?: string;
  readonly bodies: string;
  readonly db?: string;
  readonly web?: string;
  readonly scans: number;
  readonly allowAddress?: readonly string[];
  readonly requestsPerSecond: number;
  readonly keepTurns: number;
  readonly logLevel: ServerOptions['logLevel'];
}

const roleNames = ['developer', 'security', 'operator', 'auditor', 'admin'] as const;

/** `plimsoll serve`. */
export const registerServe: RegisterCommand = (command, io) => {
  command
    .addHelpText(
      'before',
      'Examples:\n  plimsoll serve\n  plimsoll serve --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key \\\n    --public-url https://plimsoll.corp\n',
    )
    .optionsGroup('Where it listens:')
    .option('--listen <host:port>', 'port 0 takes any that is free', '127.0.0.1:7411')
    .option('--public-url <url>', 'as people reach it, where that is another address')
    .option('--tls-cert <file>', 'certificate in PEM, for https')
    .option('--tls-key <file>', 'its key in PEM')
    .option('--client-ca <file>', 'authorities of the certificates that agents log in with, in PEM')
    .optionsGroup('Who logs in:')
    .option('--oidc-issuer <url>', 'the provider of log-ins (OpenID Connect)')
    .option('--oidc-client-id <id>', 'what it knows this server as')
    .option('--oidc-client-secret <secret>', 'better in PLIMSOLL_OIDC_CLIENT_SECRET, where nobody sees it')
    .option('--oidc-claim <name>', 'the claim whose values give roles', 'groups')
    .option('--oidc-role <role=value...>', 'who has that value in the claim has the role; several')
    .option('--oidc-team-claim <name>', 'the claim that names the teams that somebody reaches; default: all')
    .addOption(
      command
        .createOption('--oidc-default-role <role>', 'of who logs in first, without --oidc-role; default: none')
        .choices([...roleNames]),
    )
    .option('--log-in-link', 'print a link that logs the administrator in at each start, not at the first alone')
    .optionsGroup('What it knows and does:')
    .option('--db <file>', 'the advisory database; default: advisories.db in the folder of data')
    .option('--bases <folder>', "the organisation's catalogue of bases")
    .option('--notifications <file>', 'who is told of verdicts that turn; without, nobody is')
    .option('--web <folder>', 'the built dashboard; default: the one that comes along')
    .option('--scans <number>', 'scans at once; 0: none by this process', wholeNumber, 2)
    .option('--local-engine', 'watch the Docker engine of this machine, where one answers')
    .option('--allow-address <address...>', 'a network, address or name of yours that scans and sources may ask')
    .option(
      '--keep-turns <days>',
      'how long verdicts that turned and messages about them are remembered',
      wholeNumber,
      90,
    )
    .option('--requests-per-second <number>', 'of one caller, for long', wholeNumber, 1000)
    .addOption(
      command
        .createOption('--log-level <level>', 'what is written to standard error, as lines of JSON')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    );
  addBodiesOption(addStoreOptions(command, io)).action((flags: ServeFlags) => serve(flags, io));
};

async function serve(flags: ServeFlags, io: Io): Promise<void> {
  const { startServer } = await import('../server/index.ts');
  const server = await startServer({ ...optionsOf(flags, io), ...(await notificationsOf(flags, io)) });
  io.stdout.write(`Plimsoll serves ${server.url}\n`);
  io.stdout.write(`  data    ${server.store.where}\n  policy  ${server.policy}\n`);
  if (server.setupUrl !== undefined) {
    const why = server.isSetUp ? 'This link logs the' : 'There is no administrator yet. This link logs one';
    io.stdout.write(
      `\n${why}${server.isSetUp ? ' administrator' : ''} in, once, within a day:\n  ${server.setupUrl}\n`,
    );
  } else if (flags.oidcIssuer === undefined) io.stdout.write(`  log-in  plimsoll login link${dataFlag(flags, io)}\n`);
  await stopped(io.signal);
  await server.stop();
}

/** How another command finds the store of this one. */
function dataFlag({ data, databaseUrl }: ServeFlags, { env }: Io): string {
  if (databaseUrl !== undefined) return env['PLIMSOLL_DATABASE_URL'] === databaseUrl ? '' : ' --database-url URL';
  return data === dataFolder(env) ? '' : ` --data ${visibleText(data)}`;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function optionsOf(flags: ServeFlags, io: Io): ServerOptions {
  const { host, port } = addressOf(flags.listen);
  const data = path.resolve(flags.data);
  return {
    ...{
      data,
      host,
      port,
      databaseUrl: flags.databaseUrl,
      bodies: flags.bodies,
      env: io.env,
      logLevel: flags.logLevel,
    },
    publicUrl: flags.publicUrl?.replace(/\/+$/, ''),
    tls: tlsOf(flags),
    oidc: oidcOf(flags),
    web: flags.web ?? dashboardFolder(),
    bases: flags.bases === undefined ? undefined : path.resolve(flags.bases),
    database: path.resolve(flags.db ?? path.join(data, 'advisories.db')),
    cacheDirectory: cacheDirectory(io.env),
    logInLink: flags.logInLink === true,
    localEngine: flags.localEngine === true,
    hasTerminal: io.progress,
    scans: flags.scans,
    allowAddresses: flags.allowAddress ?? [],
    requestsPerSecond: Math.max(1, flags.requestsPerSecond),
    keepTurnsDays: Math.max(1, flags.keepTurns),
    program: [process.execPath, path.resolve(process.argv[1]!)],
  };
}

/** A file that is wrong keeps the server from starting: nobody would hear of what they wait for. */
async function notificationsOf(
  { notifications: file }: ServeFlags,
  { env }: Io,
): Promise<Pick<ServerOptions, 'notifications'>> {
  if (file === undefined) return {};
  const [{ parseNotifications }, { readText }] = await Promise.all([
    import('../flows/notify/index.ts'),
    import('../flows/policy/index.ts'),
  ]);
  return { notifications: await parseNotifications(await readText(file, 1 << 20), file, env) };
}

/** Where the built dashboard lies beside the built program, and beside the sources. */
function dashboardFolder(): string | undefined {
  // Behind a link, as npm makes them, the program lies elsewhere.
  const own = path.dirname(realpathSync(process.argv[1]!));
  const places = ['web', '../web/dist', '../../web/dist'].map((place) => path.join(own, place));
  return places.find((place) => existsSync(path.join(place, 'index.html')));
}

function tlsOf({ tlsCert, tlsKey, clientCa }: ServeFlags): ServerOptions['tls'] {
  if (tlsCert === undefined && tlsKey === undefined && clientCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CodedError('serve-usage', 'https needs both --tls-cert and --tls-key', { kind: 'usage' });
  return {
    cert: readPem(tlsCert),
    key: readPem(tlsKey),
    ...(clientCa === undefined ? {} : { clientAuthorities: readPem(clientCa) }),
  };
}

function oidcOf(flags: ServeFlags): ServerOptions['oidc'] {
  if (flags.oidcIssuer === undefined) return undefined;
  if (flags.oidcClientId === undefined)
    throw new CodedError('serve-usage', '--oidc-issuer needs --oidc-client-id', { kind: 'usage' });
  return {
    issuer: flags.oidcIssuer,
    clientId: flags.oidcClientId,
    clientSecret: flags.oidcClientSecret,
    claim: flags.oidcClaim,
    roles: (flags.oidcRole ?? []).map(roleOf),
    teamClaim: flags.oidcTeamClaim,
    defaultRole: flags.oidcDefaultRole,
  };
}

function roleOf(text: string): NonNullable<ServerOptions['oidc']>['roles'][number] {
  const at = text.indexOf('=');
  const role = roleNames.find((name) => name === text.slice(0, at));
  if (role !== undefined && at < text.length - 1) return { role, value: text.slice(at + 1) };
  throw new CodedError('serve-usage', `--oidc-role ${text} is not ROLE=VALUE`, {
    kind: 'usage',
    hint: `roles: ${roleNames.join(', ')}`,
  });
}

function addressOf(listen: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(listen);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535)
    throw new CodedError('serve-usage', `--listen ${listen} is not HOST:PORT`, { kind: 'usage' });
  return { host: match[1] ?? (match[2] || '0.0.0.0'), port };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('file-unreadable', `${file} could not be read: ${(cause as Error).message}`, { cause });
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number, as 4');
  return Number(text);
}
