const magics = [0xfeedfeed, 0xcececece];
const maxEntries = 10_000;

/**
 * Whether a Java key store (JKS or JCEKS: magic, version, count, then entries of tag, alias, date and contents) holds a
 * private key; a trust store holds certificates only. The entries before the first key are walked; damage ends the walk.
 */
export function hasJksPrivateKey(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 16 || !magics.includes(view.getUint32(0))) return false;
  const count = Math.min(maxEntries, view.getUint32(8));
  let at = 12;
  for (let entry = 0; entry < count && at + 6 <= bytes.length; entry++) {
    const tag = view.getUint32(at);
    if (tag === 1 || tag === 3) return true;
    if (tag !== 2) return false;
    at += 6 + view.getUint16(at + 4) + 8;
    if (at + 2 > bytes.length) return false;
    at += 2 + view.getUint16(at);
    if (at + 4 > bytes.length) return false;
    at += 4 + view.getUint32(at);
  }
  return false;
}
