import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LedgerEntry } from '../../api/contract.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { count, exactTime } from '../../parts/words.ts';

/** An entry whole, with its place in the chain. */
export function EntryDialog({ entry, onClose }: { readonly entry: LedgerEntry; readonly onClose: () => void }) {
  const { actor, subject } = entry;
  return (
    <Dialog title={`Entry ${count(entry.sequence)}`} onClose={onClose} side>
      <dl className="facts">
        <Fact name="When">{exactTime(entry.time)}</Fact>
        {entry.happenedAt !== undefined && <Fact name="Happened">{exactTime(entry.happenedAt)}</Fact>}
        <Fact name="Who">
          {`${actor.name}, ${actor.kind === 'human' ? 'a person' : 'automation'}, known by `}
          <code>{actor.known}</code>
        </Fact>
        <Fact name="Did">
          <code>{entry.action}</code>
        </Fact>
        <Fact name="To">
          {subject.kind === 'image' && subject.name.startsWith('sha256:') ? (
            <Link to="/images/$digest" params={{ digest: subject.name }} className="wrap">
              {subject.name}
            </Link>
          ) : (
            <span className="wrap">{`${subject.kind} ${subject.name}`}</span>
          )}
        </Fact>
        {entry.why !== undefined && <Fact name="Why">{entry.why}</Fact>}
        {entry.from !== undefined && <Fact name="From">{entry.from}</Fact>}
        <Fact name="Hash">
          <code className="wrap">{entry.hash}</code>
          <CopyButton text={entry.hash} what="hash" />
        </Fact>
        <Fact name="Follows">
          <code className="wrap">{entry.previous}</code>
        </Fact>
      </dl>
      {entry.details !== undefined && (
        <>
          <h3>Details</h3>
          <pre className="code" tabIndex={0}>
            {JSON.stringify(entry.details, null, 2)}
          </pre>
        </>
      )}
    </Dialog>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
