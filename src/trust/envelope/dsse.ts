/** The payload type of in-toto statements (in-toto attestation framework, envelope.md). */
export const inTotoType = 'application/vnd.in-toto+json';

/** What is signed of an envelope (DSSE protocol.md § Signature Definition, PAE). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  const head = `DSSEv1 ${type.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
