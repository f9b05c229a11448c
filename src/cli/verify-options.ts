import type { Command } from 'commander';
import { chooseTrust, type ChosenTrust } from '../flows/verify/index.ts';

/** Options that say whom to trust. */
export interface TrustFlags {
  readonly trustRoot?: string;
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly trustedRoot?: string;
  readonly insecureIgnoreTlog?: boolean;
  readonly insecureIgnoreSct?: boolean;
}

export function addTrustOptions(command: Command): Command {
  return command
    .optionsGroup('Whom to trust:')
    .option('--key <file>', 'a public key (PEM)')
    .option('--certificate-identity <subject>', 'who logged in: an address or a workflow’s URI; * and ** match')
    .option('--certificate-oidc-issuer <url>', 'where they logged in')
    .option('--trusted-root <file>', 'Sigstore’s trusted_root.json')
    .option('--insecure-ignore-tlog', 'certificates need no entry in a transparency log')
    .option('--insecure-ignore-sct', 'certificates need no entry in a certificate log');
}

export function trustOf(flags: TrustFlags): Promise<ChosenTrust> {
  const { trustRoot, key, certificateIdentity: subject, certificateOidcIssuer: issuer, trustedRoot } = flags;
  return chooseTrust({
    ...(trustRoot === undefined ? {} : { trustRootFile: trustRoot }),
    ...(key === undefined ? {} : { keyFile: key }),
    ...(subject === undefined ? {} : { subject }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(trustedRoot === undefined ? {} : { sigstoreFile: trustedRoot }),
  });
}

export function ignoredProofs(flags: TrustFlags) {
  return {
    transparencyLog: flags.insecureIgnoreTlog === true,
    certificateLog: flags.insecureIgnoreSct === true,
  };
}
