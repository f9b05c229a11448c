import { readDocuments } from '../../formats/yaml-documents/index.ts';
import { CodedError, type VerdictResult } from '../../model/index.ts';

/** Which turns a channel tells of; what is absent means all. */
export interface TurnFilter {
  /** To what it turned. Default `fail` alone. */
  readonly results: readonly VerdictResult[];
  /** Only images of which containers run. Default true. */
  readonly running: boolean;
  readonly teams?: readonly string[];
  readonly scopes?: readonly string[];
  readonly environments?: readonly string[];
}

export type Channel = {
  readonly name: string;
  readonly filter: TurnFilter;
  /** Addresses of private networks that it may ask; absent: those of all. */
  readonly allow?: readonly string[];
} & (
  | { readonly kind: 'webhook'; readonly url: string; readonly secret?: string }
  | { readonly kind: 'slack'; readonly url: string }
  | {
      readonly kind: 'email';
      /** `smtp://USER@HOST:PORT`, which asks for TLS where the server has it, or `smtps://…`. */
      readonly server: string;
      readonly password?: string;
      readonly from: string;
      readonly to: readonly string[];
      /** Owners' addresses, as images' labels name them, are written to where they lie in one of these domains. */
      readonly ownerDomains: readonly string[];
    }
);

/** Who is told what of verdicts that turn: docs/formats/notifications.md. */
export interface Notifications {
  /** Turns within so many seconds go together. */
  readonly windowSeconds: number;
  /** Addresses of the organisation's networks that may be asked all the same. */
  readonly allow: readonly string[];
  /** The dashboard, for links. */
  readonly dashboard?: string;
  readonly channels: readonly Channel[];
}

interface FileText {
  readonly windowSeconds?: number;
  readonly allow?: readonly string[];
  readonly dashboard?: string;
  readonly channels: readonly ChannelText[];
}

interface ChannelText {
  readonly name: string;
  readonly results?: readonly VerdictResult[];
  readonly running?: boolean;
  readonly teams?: readonly string[];
  readonly scopes?: readonly string[];
  readonly environments?: readonly string[];
  readonly webhook?: { readonly url: string; readonly secret?: string };
  readonly slack?: { readonly url: string };
  readonly email?: {
    readonly server: string;
    readonly password?: string;
    readonly from: string;
    readonly to?: readonly string[];
    readonly ownerDomains?: readonly string[];
  };
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads a file of notifications. Secrets and addresses may stand in variables of the environment: `env://NAME`.
 * @throws CodedError `invalid-notifications`, with line and column.
 */
export async function parseNotifications(text: string, fileName: string, env: Env): Promise<Notifications> {
  const [document, ...more] = await readDocuments<'Notifications'>(text, fileName, {
    invalid,
    tooLarge: invalid,
    schemas: (z) => {
      const names = z.array(z.string().min(1).max(300)).min(1).max(200).optional();
      const url = z.string().min(1).max(2000);
      const channel = z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name is of a-z, 0-9 and -'),
        results: z
          .array(z.enum(['pass', 'fail', 'cannot-tell']))
          .min(1)
          .optional(),
        running: z.boolean().optional(),
        ...{ teams: names, scopes: names, environments: names },
        webhook: z.strictObject({ url, secret: z.string().min(1).max(2000).optional() }).optional(),
        slack: z.strictObject({ url }).optional(),
        email: z
          .strictObject({
            server: url,
            password: z.string().min(1).max(2000).optional(),
            from: z.string().min(3).max(320),
            to: z.array(z.string().min(3).max(320)).max(50).optional(),
            ownerDomains: z.array(z.string().min(1).max(255)).max(50).optional(),
          })
          .optional(),
      });
      return {
        Notifications: z.strictObject({
          apiVersion: z.literal('plimsoll.dev/v1'),
          kind: z.literal('Notifications'),
          windowSeconds: z.number().int().min(0).max(86_400).optional(),
          allow: z.array(z.string().min(1).max(300)).max(100).optional(),
          dashboard: z.url({ protocol: /^https?$/ }).optional(),
          channels: z.array(channel).max(50),
        }),
      };
    },
  });
  if (document === undefined || more.length > 0) throw invalid(`${fileName}: it holds one document`);
  const { windowSeconds = 60, allow = [], dashboard, channels } = document.value as FileText;
  const seen = new Set<string>();
  return {
    windowSeconds,
    allow,
    ...(dashboard === undefined ? {} : { dashboard: dashboard.replace(/\/+$/, '') }),
    channels: channels.map((channel, index) => {
      const where = document.locate(['channels', index]);
      if (seen.has(channel.name)) throw invalid(`${where}: a channel ${channel.name} stands above`);
      seen.add(channel.name);
      return channelOf(channel, { where, env });
    }),
  };
}

/** A channel as a server was told of it: every value as it stands. */
export type PlainChannel = Pick<ChannelText, 'name' | 'results' | 'running' | 'teams' | 'scopes' | 'environments'> &
  (
    | ({ readonly kind: 'webhook' } & NonNullable<ChannelText['webhook']>)
    | ({ readonly kind: 'slack' } & NonNullable<ChannelText['slack']>)
    | ({ readonly kind: 'email' } & NonNullable<ChannelText['email']>)
  );

/** Checks such a channel. @throws CodedError `invalid-notifications` */
export function plainChannel(channel: PlainChannel): Channel {
  return channelOf({ ...channel, [channel.kind]: channel }, { where: `channel ${channel.name}`, env: undefined });
}

/** @param env undefined: nothing stands in the environment. */
function channelOf(
  text: ChannelText,
  { where, env }: { readonly where: string; readonly env: Env | undefined },
): Channel {
  const { name, results = ['fail'], running = true, teams, scopes, environments, webhook, slack, email } = text;
  const filter: TurnFilter = {
    ...{ results, running },
    ...(teams === undefined ? {} : { teams }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(environments === undefined ? {} : { environments }),
  };
  if ([webhook, slack, email].filter((each) => each !== undefined).length !== 1)
    throw invalid(`${where}: channel ${name} has one of webhook, slack and email`);
  const of = (value: string): string => (env === undefined ? value : valueOf(value, { where, env }));
  if (webhook !== undefined) {
    const secret = webhook.secret === undefined ? {} : { secret: of(webhook.secret) };
    return { name, filter, kind: 'webhook', url: httpUrl(of(webhook.url), where), ...secret };
  }
  if (slack !== undefined) return { name, filter, kind: 'slack', url: httpUrl(of(slack.url), where) };
  const { server, password, from, to = [], ownerDomains = [] } = email!;
  if (!/^smtps?:\/\/[^/]+$/.test(of(server)) || !URL.canParse(of(server)))
    throw invalid(`${where}: server of ${name} is smtp://HOST:PORT or smtps://HOST:PORT`);
  if (to.length === 0 && ownerDomains.length === 0)
    throw invalid(`${where}: channel ${name} has nobody to write to: to, or ownerDomains`);
  const secret = password === undefined ? {} : { password: of(password) };
  return { name, filter, kind: 'email', server: of(server), from, to, ownerDomains, ...secret };
}

function valueOf(text: string, { where, env }: { readonly where: string; readonly env: Env }): string {
  if (!text.startsWith('env://')) return text;
  const name = text.slice('env://'.length);
  const value = env[name];
  if (value === undefined || value === '') throw invalid(`${where}: the environment has no ${name}`);
  return value;
}

function httpUrl(text: string, where: string): string {
  // What does not parse may hold a secret: it is not repeated.
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw invalid(`${where}: url is no http or https address`);
  return text;
}

function invalid(message: string): CodedError {
  return new CodedError('invalid-notifications', message, { hint: 'docs/formats/notifications.md', kind: 'usage' });
}
