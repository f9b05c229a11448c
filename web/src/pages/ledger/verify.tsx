import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../../api/client.ts';
import type { LedgerProof } from '../../api/contract.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Command, Refusal } from '../../parts/states.tsx';
import { count, counted, exactTime } from '../../parts/words.ts';

const said: Readonly<Record<LedgerProof['result'], string>> = {
  intact: 'Intact',
  broken: 'Broken',
  'cannot-tell': 'Cannot tell',
};

/** Has the server check the whole chain now, and shows what it found and how to check that without it. */
export function Verify() {
  const [done, setDone] = useState(0);
  const check = useMutation({
    mutationFn: () => {
      setDone(0);
      return verifyAll(setDone);
    },
  });
  const proof = check.data;
  return (
    <section className="panel" aria-label="Proof">
      <div className="verify">
        <button type="button" className="button is-main" onClick={() => check.mutate()} disabled={check.isPending}>
          {check.isPending ? 'Verifying…' : 'Verify'}
        </button>
        <p role="status">
          {check.isPending && done > 0
            ? `${counted(done, 'entry', 'entries')} checked so far.`
            : proof === undefined
              ? 'Checks every entry against the one before it, and the signed heads, from the first to the last.'
              : `${said[proof.result]}: ${counted(proof.entries, 'entry', 'entries')} checked at ${exactTime(proof.checkedAt)}${proof.faults.length === 0 ? ', none altered, dropped or reordered.' : `, ${counted(proof.faults.length, 'fault')}.`}`}
        </p>
      </div>
      <Refusal error={check.error} />
      {proof !== undefined && <Proof proof={proof} />}
    </section>
  );
}

/** A long ledger is checked in parts; what is shown is what they come to together. */
async function verifyAll(onPart: (entries: number) => void): Promise<LedgerProof> {
  let proof = await get<LedgerProof>('/v1/ledger/verify');
  while (proof.next !== undefined && proof.result === 'intact') {
    onPart(proof.next);
    proof = await get<LedgerProof>(`/v1/ledger/verify?after=${proof.next}`);
  }
  return proof;
}

function Proof({ proof }: { readonly proof: LedgerProof }) {
  return (
    <>
      {proof.faults.length > 0 && (
        <ul className="plain-list">
          {proof.faults.slice(0, 50).map(({ entry, what }, index) => (
            <li key={index}>
              {entry !== undefined && <strong>{`entry ${count(entry)}: `}</strong>}
              {what}
            </li>
          ))}
        </ul>
      )}
      <details className="as-table">
        <summary>The proof</summary>
        <dl className="facts">
          <Line name="Ledger" text={proof.ledger} />
          <Line name="Merkle root" text={proof.root} />
          <Line name="Hash of the last entry" text={proof.lastHash} />
          {proof.head !== undefined && (
            <>
              <Line name="Newest signed head" text={`${count(proof.head.size)} entries`} />
              <Line name="Signed by key" text={proof.head.key} />
              <Line name="Signature" text={proof.head.signature} />
            </>
          )}
        </dl>
        {proof.head !== undefined && (
          <pre className="code" tabIndex={0}>
            {proof.head.checkpoint}
          </pre>
        )}
        <p>To check it without this server, export it and verify the file on another machine:</p>
        <Command text="plimsoll ledger verify ledger.jsonl" />
      </details>
    </>
  );
}

function Line({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code className="wrap">{text}</code>
        <CopyButton text={text} what={name.toLowerCase()} />
      </dd>
    </div>
  );
}
