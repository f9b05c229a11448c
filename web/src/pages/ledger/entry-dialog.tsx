import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LedgerEntry } from '../../api/contract.ts';
import { entryQuery } from '../../api/queries.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { count, exactTime } from '../../parts/words.ts';

interface EntryDialogProps {
  readonly sequence: string;
  /** Those that the page has already. */
  readonly known: readonly LedgerEntry[];
  readonly onClose: () => void;
}

/** An entry whole, with its place in the chain; an address of it opens it however far down the ledger it stands. */
export function EntryDialog({ sequence, known, onClose }: EntryDialogProps) {
  const here = known.find((entry) => String(entry.sequence) === sequence);
  const { data, error, refetch } = useQuery({ ...entryQuery(sequence), enabled: here === undefined });
  const entry = here ?? data;
  return (
    <Dialog title={`Entry ${count(Number(sequence))}`} onClose={onClose} side>
      {error !== null && here === undefined && (
        <Failure error={error} what="this entry" onRetry={() => void refetch()} />
      )}
      {entry === undefined && error === null && <Skeleton rows={6} />}
      {entry === null && <p className="empty">There is no entry with this number that you may see.</p>}
      {entry !== undefined && entry !== null && <EntryFacts entry={entry} />}
    </Dialog>
  );
}

function EntryFacts({ entry }: { readonly entry: LedgerEntry }) {
  const { actor, subject } = entry;
  return (
    <>
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
          <Subject subject={subject} />
        </Fact>
        {entry.why !== undefined && <Fact name="Why">{entry.why}</Fact>}
        {entry.from !== undefined && <Fact name="From where">{entry.from}</Fact>}
        <Fact name="Hash">
          <code className="wrap">{entry.hash}</code>
          <CopyButton text={entry.hash} what="hash" />
        </Fact>
        <Fact name={entry.sequence === 1 ? 'Follows' : `Follows ${count(entry.sequence - 1)}`}>
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
    </>
  );
}

/** What it was done to, as a link where it has a page. */
function Subject({ subject: { kind, name } }: { readonly subject: LedgerEntry['subject'] }) {
  if (kind === 'image' && name.startsWith('sha256:'))
    return (
      <Link to="/images/$digest" params={{ digest: name }} className="wrap">
        {name}
      </Link>
    );
  if (kind === 'policy')
    return (
      <Link to="/policies/$name" params={{ name }} className="wrap">
        {`policy ${name}`}
      </Link>
    );
  return <span className="wrap">{`${kind} ${name}`}</span>;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
