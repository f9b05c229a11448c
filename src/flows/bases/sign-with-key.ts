import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import fs from 'node:fs';
import type { SignStatement } from '../../bases/index.ts';
import { CodedError } from '../../model/index.ts';

const payloadType = 'application/vnd.in-toto+json';
const largestKeyBytes = 64 << 10;

/**
 * Signs statements with a private key in PEM (ECDSA P-256 or Ed25519; PKCS #8, encrypted or not): a DSSE envelope over the
 * statement (DSSE v1, protocol.md § Signature Definition). Throws `signing-key-unusable`.
 */
export function signerFromKeyFile(file: string, passphrase: string | undefined): SignStatement {
  const key = readKey(file, passphrase);
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return (statement) => {
    const payload = Buffer.from(JSON.stringify(statement));
    const signature = sign(algorithm, preAuthEncoding(payload), key);
    const envelope = {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ keyid: keyId(createPublicKey(key)), sig: signature.toString('base64') }],
    };
    return Promise.resolve(Buffer.from(`${JSON.stringify(envelope)}\n`));
  };
}

/** The statement in an envelope, if one of its signatures is by that public key (PEM); undefined otherwise. */
export function verifiedStatement(envelope: Uint8Array, publicKeyPem: string): unknown {
  try {
    const key = createPublicKey(publicKeyPem);
    const {
      payload,
      payloadType: type,
      signatures,
    } = JSON.parse(Buffer.from(envelope).toString('utf8')) as {
      payload: string;
      payloadType: string;
      signatures: readonly { sig: string }[];
    };
    if (type !== payloadType) return undefined;
    const bytes = Buffer.from(payload, 'base64');
    const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    const isSigned = signatures
      .slice(0, 20)
      .some(({ sig }) => verify(algorithm, preAuthEncoding(bytes), key, Buffer.from(sig, 'base64')));
    return isSigned ? (JSON.parse(bytes.toString('utf8')) as unknown) : undefined;
  } catch {
    // What can't be read was not signed.
    return undefined;
  }
}

function readKey(file: string, passphrase: string | undefined): KeyObject {
  let key: KeyObject;
  try {
    if (fs.statSync(file).size > largestKeyBytes) throw new Error('it is larger than a key');
    key = createPrivateKey({ key: fs.readFileSync(file), ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    throw new CodedError('signing-key-unusable', `${file} can't be used to sign: ${(error as Error).message}`, {
      hint: 'a private key in PEM; PLIMSOLL_PASSWORD has the passphrase of an encrypted one',
      cause: error,
    });
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'ec' && curve === 'prime256v1')) return key;
  throw new CodedError(
    'signing-key-unusable',
    `${file} is of a kind that is not signed with here: ${curve ?? key.asymmetricKeyType}`,
    {
      hint: 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
    },
  );
}

/** What is signed: type and body with their lengths, so that no other pair of them reads the same. */
function preAuthEncoding(body: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `;
  return Buffer.concat([Buffer.from(head), body]);
}

function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
