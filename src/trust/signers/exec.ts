import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { CodedError } from '../../model/index.ts';
import { isSignedBy, parsePublicKey } from '../keys/public-key.ts';
import type { SignerKind, SignerOptions } from './signer.ts';

const prefix = 'exec:';
const timeoutMs = 60_000;
const largestAnswer = 64 << 10;

/**
 * A key that another program keeps: a KMS, an HSM, an agent. The program is run without a shell, its words parted at
 * spaces: `PROGRAM … public-key` prints the key in PEM; `PROGRAM … sign` reads the message on standard input and prints
 * the signature in base64. PLIMSOLL_SIGN_SHA256 holds the message's SHA-256 in hexadecimal, for those that sign digests.
 */
export const exec: SignerKind = {
  name: 'exec',
  form: 'exec:PROGRAM',
  summary: 'a program that keeps the key: KMS, HSM, agent (docs/howto/sign-and-verify.md)',
  takes: (name) => name.startsWith(prefix),
  async open(name, options) {
    const [program, ...words] = name.slice(prefix.length).trim().split(/\s+/);
    if (program === undefined || program === '')
      throw new CodedError('signer-failed', `${name} names no program`, { kind: 'usage' });
    const publicKey = parsePublicKey(
      await answerOf(program, [...words, 'public-key'], options),
      `the key of ${program}`,
    );
    return {
      publicKey,
      async sign(message) {
        const digest = createHash('sha256').update(message).digest('hex');
        const env = { ...options.env, PLIMSOLL_SIGN_SHA256: digest };
        const text = (await answerOf(program, [...words, 'sign'], { ...options, env }, message)).trim();
        const signature = Buffer.from(text, 'base64');
        if (!isSignedBy(message, signature, publicKey))
          throw new CodedError('signer-failed', `${program} gave a signature that is not of the key that it names`, {
            hint: 'It must print base64 of an ECDSA (DER), RSA PKCS 1 v1.5 or Ed25519 signature of what it reads',
          });
        return signature;
      },
    };
  },
};

function answerOf(
  program: string,
  words: readonly string[],
  { env, signal }: SignerOptions,
  input?: Uint8Array,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = { env, signal, timeout: timeoutMs, maxBuffer: largestAnswer, windowsHide: true };
    const child = execFile(program, [...words], settings, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
      const why = said === '' ? error.message.split('\n')[0]! : said;
      reject(
        signal.aborted
          ? signal.reason
          : new CodedError('signer-failed', `${program} ${words.at(-1) ?? ''} failed: ${why}`, { cause: error }),
      );
    });
    // It may end without reading.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
