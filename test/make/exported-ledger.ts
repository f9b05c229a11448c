import { generateKeyPairSync, sign } from 'node:crypto';
import {
  checkpointText,
  endLine,
  entryLine,
  Frontier,
  headerLine,
  type LedgerEvent,
  originHash,
  prepareEvent,
  sealEntry,
  treeHeadLine,
} from '../../src/ledger/index.ts';
import { parsePublicKey } from '../../src/trust/index.ts';

/** Signs heads. */
export interface TestSigner {
  readonly id: string;
  readonly pem: string;
  sign(text: string): string;
}

export function makeSigner(): TestSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  return {
    id: parsePublicKey(pem, 'test').id,
    pem,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}

export interface LedgerToMake {
  readonly ledger: string;
  readonly entries: number;
  readonly signer: TestSigner;
  /** A head after each so many, and after the last. */
  readonly headEvery: number;
  readonly event?: (n: number) => LedgerEvent;
}

/** An export as `plimsoll ledger export` writes it, as lines without their ends. */
export function exportedLedger({ ledger, entries, signer, headEvery, event = usual }: LedgerToMake): string[] {
  const frontier = new Frontier();
  let previous = originHash(ledger);
  const keys = [{ id: signer.id, publicKey: signer.pem }];
  const lines = [headerLine({ ledger, previous, before: frontier, keys })];
  for (let sequence = 1; sequence <= entries; sequence++) {
    const time = new Date(Date.UTC(2026, 10, 26) + sequence * 1000).toISOString();
    const sealed = sealEntry(prepareEvent(event(sequence)), { sequence, previous, time });
    frontier.append(sealed.hash);
    previous = sealed.hash.toString('hex');
    lines.push(entryLine(sealed.text, sealed.hash));
    if (sequence % headEvery === 0 || sequence === entries) lines.push(headLine(frontier, { ledger, signer, time }));
  }
  return [...lines, endLine(entries)].map((line) => line.trimEnd());
}

/** A line with the signed head of what the frontier is. */
export function headLine(
  frontier: Frontier,
  { ledger, signer, time }: { readonly ledger: string; readonly signer: TestSigner; readonly time: string },
): string {
  const checkpoint = checkpointText({ ledger, size: frontier.size, root: frontier.root(), time });
  return treeHeadLine({ checkpoint, key: signer.id, signature: signer.sign(checkpoint) }).trimEnd();
}

function usual(n: number): LedgerEvent {
  return {
    actor: { kind: n % 2 === 0 ? 'human' : 'automation', name: 'ada@example.com', known: 'oidc:https://id' },
    action: 'container.start',
    subject: { kind: 'container', name: `c-${n}` },
    why: `because of "${n}" \u2028 und Übermut`,
    details: { list: [1, null, { a: 'b' }] },
  };
}
