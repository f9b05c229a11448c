import type { Command } from 'commander';
import { chooseTrust, type ChosenTrust } from '../flows/verify/index.ts';
import { defined } from './defined.ts';

/** Options that say whom to trust. */
export interface TrustFlags {
  readonly trustRoot?: string;
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly certificateOidcIssuerRegexp?: string;
  readonly trustedRoot?: string;
  readonly insecureIgnoreTlog?: boolean;
  readonly insecureIgnoreSct?: boolean;
}

export function addTrustOptions(command: Command): Command {
  return command
    .optionsGroup('Whom to trust:')
    .option('--key <file>', 'a public key (PEM)')
    .option('--certificate-identity <subject>', 'who logged in, word for word: an address, a URI')
    .option('--certificate-identity-regexp <re>', 'by an expression (RE2) found anywhere in it')
    .option('--certificate-oidc-issuer <url>', 'where they logged in')
    .option('--certificate-oidc-issuer-regexp <re>', 'the same by an expression')
    .option('--trusted-root <file>', 'Sigstore’s trusted_root.json')
    .option('--insecure-ignore-tlog', 'certificates need no entry in a transparency log')
    .option('--insecure-ignore-sct', 'certificates need no entry in a certificate log');
}

export function trustOf(flags: TrustFlags): Promise<ChosenTrust> {
  const { trustRoot, key, trustedRoot } = flags;
  const login = defined({
    subject: flags.certificateIdentity,
    subjectRegexp: flags.certificateIdentityRegexp,
    issuer: flags.certificateOidcIssuer,
    issuerRegexp: flags.certificateOidcIssuerRegexp,
  });
  return chooseTrust({
    ...defined({ trustRootFile: trustRoot, keyFile: key, sigstoreFile: trustedRoot }),
    ...(Object.keys(login).length === 0 ? {} : { login }),
  });
}

export function ignoredProofs(flags: TrustFlags) {
  return {
    transparencyLog: flags.insecureIgnoreTlog === true,
    certificateLog: flags.insecureIgnoreSct === true,
  };
}
