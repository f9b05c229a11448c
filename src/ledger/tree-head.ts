/** What the ledger was at one time: how many entries, and the root of the tree over them. */
export interface TreeHead {
  /** The ledger's id, a UUID. */
  readonly ledger: string;
  readonly size: number;
  readonly root: Buffer;
  /** RFC 3339: when it was signed. */
  readonly time: string;
}

/** A tree head that somebody vouches for. */
export interface SignedTreeHead {
  /** The text that is signed. */
  readonly checkpoint: string;
  /** `sha256:<hex>` over the key's DER SubjectPublicKeyInfo. */
  readonly key: string;
  /** Base64; of Ed25519, or of ECDSA or RSA over SHA-256. */
  readonly signature: string;
}

const origin = 'plimsoll.dev/ledger/';
const shape =
  /^plimsoll\.dev\/ledger\/([0-9a-f-]{36})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\ntime ([0-9T:.-]{19,24}Z)\n$/;

/** The text to sign: a checkpoint as transparency logs write it (C2SP tlog-checkpoint), with the time as its extension line. */
export function checkpointText({ ledger, size, root, time }: TreeHead): string {
  return `${origin}${ledger}\n${size}\n${root.toString('base64')}\ntime ${time}\n`;
}

/** Reads such a text; undefined where it is not exactly of that form. */
export function parseCheckpoint(text: string): TreeHead | undefined {
  const match = text.length <= 512 ? shape.exec(text) : null;
  if (match === null) return undefined;
  const head = { ledger: match[1]!, size: Number(match[2]), root: Buffer.from(match[3]!, 'base64'), time: match[4]! };
  // The last character of base64 has bits that count for nothing: one text only stands for a head.
  return Number.isSafeInteger(head.size) && checkpointText(head) === text ? head : undefined;
}
