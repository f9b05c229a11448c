import { CodedError } from '../../model/index.ts';
import { type Builder, parsePublicKey, parseSigstoreRoot, readKeyFile, type TrustRoot } from '../../trust/index.ts';
import { type LoginChoice, loginIdentity, trustHint } from './login-choice.ts';
import { readBytes } from '../policy/read-text.ts';
import { loadTrustRoot, trustRootOf } from '../trust-root/index.ts';

export interface TrustChoice {
  readonly trustRootFile?: string;
  readonly keyFile?: string;
  readonly login?: LoginChoice;
  readonly sigstoreFile?: string;
}

/** Whom to trust, and whether that is a whole trust root: then provenance and verdict are asked too. */
export interface ChosenTrust {
  readonly root: TrustRoot;
  readonly isWhole: boolean;
}

const largestRoot = 4 << 20;

/**
 * The trust root that a user names, or one made of a key or log-in. Never a mixture: who may sign must not grow by a flag.
 * @throws CodedError `no-trust`, `two-trusts` and those of reading.
 */
export async function chooseTrust(choice: TrustChoice): Promise<ChosenTrust> {
  const { trustRootFile, keyFile, login, sigstoreFile } = choice;
  const given = [trustRootFile, keyFile, login].filter((each) => each !== undefined).length;
  if (given > 1)
    throw new CodedError('two-trusts', 'a trust root, a key and a log-in each say alone whom to trust', {
      kind: 'usage',
      hint: 'Give one of --trust-root, --key and --certificate-identity (or its -regexp)',
    });
  const sigstore =
    sigstoreFile === undefined
      ? undefined
      : parseSigstoreRoot(await readBytes(sigstoreFile, largestRoot), sigstoreFile);
  if (trustRootFile !== undefined) {
    const root = await loadTrustRoot(trustRootFile);
    return { root: sigstore === undefined ? root : { ...root, sigstore }, isWhole: true };
  }
  const everywhere = { repositories: ['**'], keys: [], identities: [] };
  if (keyFile !== undefined) {
    const key = parsePublicKey(readKeyFile(keyFile), keyFile);
    const builder: Builder = { ...everywhere, name: keyFile, keys: [{ key }] };
    return { root: trustRootOf(builder, sigstore), isWhole: false };
  }
  if (login === undefined)
    throw new CodedError('no-trust', 'nothing says whose signatures count', { kind: 'usage', hint: trustHint });
  const identity = loginIdentity(login);
  if (sigstore === undefined)
    throw new CodedError('no-trust', 'a certificate needs a Sigstore trusted root that says whom to believe', {
      kind: 'usage',
      hint: '--trusted-root trusted_root.json (of Sigstore’s TUF repository, or cosign trusted-root create)',
    });
  const builder: Builder = { ...everywhere, name: identity.subject, identities: [identity] };
  return { root: trustRootOf(builder, sigstore), isWhole: false };
}
