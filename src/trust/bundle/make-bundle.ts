import { createHash } from 'node:crypto';
import { inTotoType, preAuthEncoding } from '../envelope/dsse.ts';
import type { Signer } from '../signers/signer.ts';

export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Signs a statement with a key: an envelope in a Sigstore bundle, byte for byte in the order in which cosign writes it. */
export async function signStatement(statement: Uint8Array, signer: Signer): Promise<Buffer> {
  const signature = await signer.sign(preAuthEncoding(inTotoType, statement));
  return bundleOf(signer, {
    dsseEnvelope: {
      payload: Buffer.from(statement).toString('base64'),
      payloadType: inTotoType,
      signatures: [{ sig: signature.toString('base64') }],
    },
  });
}

/** Signs bytes with a key: a message signature in a Sigstore bundle. */
export async function signMessage(message: Uint8Array, signer: Signer): Promise<{ bundle: Buffer; signature: Buffer }> {
  const signature = await signer.sign(message);
  const digest = createHash('sha256').update(message).digest('base64');
  const messageSignature = {
    messageDigest: { algorithm: 'SHA2_256', digest },
    signature: signature.toString('base64'),
  };
  return { bundle: bundleOf(signer, { messageSignature }), signature };
}

function bundleOf(signer: Signer, content: object): Buffer {
  const verificationMaterial = { publicKey: { hint: signer.publicKey.hint } };
  return Buffer.from(JSON.stringify({ mediaType: bundleType, verificationMaterial, ...content }));
}
