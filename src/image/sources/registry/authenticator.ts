import { CodedError } from '../../../model/index.ts';
import { countField, displayText, type JsonKind, objectOf, parseJson, textField } from '../../oci/index.ts';
import type { SourceOptions } from '../source.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { CredentialsAnswer } from './credentials-answer.ts';
import { findCredentials } from './credentials.ts';
import { type Http, readBody } from './http.ts';

/** Earns and keeps what a registry wants to see in the Authorization header. */
export interface Authenticator {
  /** The header's value as far as it is known and fresh. */
  authorization(): string | undefined;
  /** Answers a 401. @param refused the value that was refused. @throws CodedError `registry-denied`. */
  answer(header: string, refused: string | undefined, signal: AbortSignal): Promise<void>;
  /** Why credentials could not be had, for the message of a refusal. */
  problem(): string | undefined;
}

const tokenLimitBytes = 1 << 20;
/** Tokens are renewed this long before they end, since requests take time. */
const renewBeforeMs = 10_000;
/** A token service that says nothing means 60 s (distribution's token specification). */
const defaultLifeSeconds = 60;

export function openAuthenticator(
  http: Http,
  registry: string,
  repository: string,
  options: SourceOptions,
): Authenticator {
  let value: string | undefined;
  let endsAtMs = Infinity;
  let found: Promise<CredentialsAnswer> | undefined;
  let known: CredentialsAnswer = {};
  let pending: Promise<void> | undefined;
  const fresh = (): string | undefined => (performance.now() < endsAtMs ? value : undefined);

  async function earn(header: string, signal: AbortSignal): Promise<void> {
    const { logIn } = options;
    known =
      logIn?.registry === registry
        ? { credentials: logIn.credentials }
        : await (found ??= findCredentials(registry, options));
    const { credentials } = known;
    const challenges = parseChallenges(header);
    const bearer = challenges.find((challenge) => challenge.scheme === 'bearer');
    endsAtMs = Infinity;
    if (credentials?.kind === 'registry-token') value = `Bearer ${headerSafe(credentials.token)}`;
    else if (bearer !== undefined) {
      const token = await fetchToken(http, bearer, { registry, repository, credentials: known, signal });
      value = `Bearer ${token.text}`;
      endsAtMs = performance.now() + token.lifeSeconds * 1000 - renewBeforeMs;
    } else if (challenges.some((challenge) => challenge.scheme === 'basic') && credentials?.kind === 'password')
      value = basic(credentials);
    else throw denied(registry, repository, known, 'it wants a log-in');
  }

  return {
    authorization: fresh,
    problem: () => known.problem,
    async answer(header, refused, signal) {
      // Several layers may be refused at once: one of them renews the token for all.
      if (fresh() !== undefined && fresh() !== refused) return;
      await (pending ??= earn(header, signal).finally(() => (pending = undefined)));
    },
  };
}

interface TokenRequest {
  readonly registry: string;
  readonly repository: string;
  readonly credentials: CredentialsAnswer;
  readonly signal: AbortSignal;
}

async function fetchToken(
  http: Http,
  bearer: Challenge,
  request: TokenRequest,
): Promise<{ text: string; lifeSeconds: number }> {
  const { registry, repository, credentials: known, signal } = request;
  const realm = bearer.parameters.get('realm') ?? '';
  if (!URL.canParse(realm))
    throw new CodedError(
      'bad-registry-answer',
      `${registry} names no token service that could be asked: "${displayText(realm)}"`,
    );
  const url = new URL(realm);
  const query = {
    service: bearer.parameters.get('service') ?? registry,
    scope:
      bearer.parameters.get('scope') ?? (repository === '' ? 'registry:catalog:*' : `repository:${repository}:pull`),
  };
  const { credentials } = known;
  const isToken = credentials?.kind === 'identity-token';
  const form = isToken
    ? new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'plimsoll',
        ...query,
        refresh_token: credentials.token,
      })
    : undefined;
  if (!isToken) for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const headers: Record<string, string> = credentials?.kind === 'password' ? { authorization: basic(credentials) } : {};
  const answer = await http.send(url, { headers, signal, form });
  const what = `the answer of the token service ${url.host}`;
  const body = await readBody(answer, tokenLimitBytes, what);
  if (answer.status === 401 || answer.status === 403)
    throw denied(registry, repository, known, `its token service ${url.host} refuses`);
  if (answer.status !== 200)
    throw new TokenServiceError(`the token service ${url.host} answers ${answer.status}`, answer.status);
  const kind: JsonKind = { what, code: 'bad-registry-answer' };
  const object = objectOf(parseJson(body, kind), 'it', kind);
  const text = textField(object, 'token', kind) || textField(object, 'access_token', kind);
  if (text === undefined || text === '') throw new CodedError(kind.code, `${what} holds no token`);
  return {
    text: headerSafe(text),
    lifeSeconds: Math.max(defaultLifeSeconds, countField(object, 'expires_in', kind) ?? defaultLifeSeconds),
  };
}

/** A token service that failed; whether it may be asked again tells the status. */
export class TokenServiceError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

function basic(credentials: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}

function headerSafe(token: string): string {
  if (/^[\x21-\x7e]{1,65536}$/.test(token)) return token;
  throw new CodedError('bad-registry-answer', 'a token holds characters that no header can carry, or is too long');
}

/** The registry does not let us see the repository, with what we have. */
export function denied(
  registry: string,
  repository: string,
  known: CredentialsAnswer,
  why: string,
  what: 'read' | 'write to' = 'read',
): CodedError {
  const hint =
    known.problem ??
    (known.credentials === undefined
      ? `Log in with: docker login ${registry}`
      : 'The credentials in Docker’s config.json are not accepted for this repository');
  return new CodedError('registry-denied', `${registry} does not let us ${what} ${repository}: ${why}`, { hint });
}
