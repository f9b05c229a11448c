import type { Command } from 'commander';
import type { SigningOptions } from '../flows/sign/index.ts';
import type { Io } from './io.ts';

/** Options of commands that sign. */
export interface SigningFlags {
  readonly key?: string;
  readonly identityToken?: string;
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
  readonly timestampServerUrl?: readonly string[];
}

export function addSigningOptions(command: Command): Command {
  return command
    .optionsGroup('What signs:')
    .option('--key <key>', 'a key: FILE (PEM or cosign.key), env://VARIABLE, exec:PROGRAM (KMS, HSM)')
    .option('--identity-token <token>', 'a log-in (OIDC) instead: Sigstore certifies a key of the moment')
    .option('--fulcio-url <url>', 'who certifies it. Default https://fulcio.sigstore.dev')
    .option('--rekor-url <url>', 'the transparency log; with a key none unless named')
    .option('--timestamp-server-url <url...>', 'time stampers (RFC 3161): proof of when it was signed');
}

export function signingOptions(flags: SigningFlags, io: Io): SigningOptions {
  const { key, identityToken, fulcioUrl, rekorUrl, timestampServerUrl } = flags;
  return {
    env: io.env,
    signal: io.signal,
    ...(key === undefined ? {} : { key }),
    ...(identityToken === undefined ? {} : { identityToken }),
    ...(fulcioUrl === undefined ? {} : { fulcioUrl }),
    ...(rekorUrl === undefined ? {} : { rekorUrl }),
    ...(timestampServerUrl === undefined ? {} : { timestampUrls: timestampServerUrl }),
  };
}
