import { CodedError } from '../../model/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Says whether a variable of that name and value holds a secret, in words: `GitHub token`. */
export type SecretGuess = (name: string, value: string) => string | undefined;

/**
 * Reads `NAME=value` or `NAME` (from the environment), as docker does. What looks like a secret is refused: arguments stay
 * readable in the image's history.
 * @throws CodedError `bad-build-arg`, `secret-build-arg`.
 */
export function parseBuildArguments(
  texts: readonly string[],
  env: Environment,
  guess: SecretGuess,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!/^[A-Za-z_][\w.-]{0,199}$/.test(name))
      throw new CodedError('bad-build-arg', `--build-arg ${JSON.stringify(name.slice(0, 100))} is no NAME=value`, {
        kind: 'usage',
      });
    const value = equals < 0 ? env[name] : text.slice(equals + 1);
    // Without a value there is none to hand on: the Dockerfile's own default stays.
    if (value === undefined) continue;
    const secret = guess(name, value);
    if (secret !== undefined)
      throw new CodedError('secret-build-arg', `the build argument ${name} looks like a secret: ${secret}`, {
        kind: 'usage',
        hint: `Everyone who has the image could read it. Use --secret id=${name.toLowerCase()},env=${name} and RUN --mount=type=secret,id=${name.toLowerCase()}`,
      });
    found[name] = value;
  }
  return found;
}
