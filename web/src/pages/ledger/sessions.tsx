import { useMemo } from 'react';
import type { LedgerEntry } from '../../api/contract.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count, counted, exactTime } from '../../parts/words.ts';
import { moreWords, subjectWords } from './entry-words.ts';

const pauseMs = 30 * 60_000;

interface Session {
  readonly key: string;
  readonly entries: readonly LedgerEntry[];
}

interface SessionsProps {
  readonly entries: readonly LedgerEntry[];
  readonly onOpen: (entry: LedgerEntry) => void;
  readonly onMore: (() => void) | undefined;
}

/** What somebody did in one go, as a transcript: the same actor without a pause of half an hour. */
export function Sessions({ entries, onOpen, onMore }: SessionsProps) {
  const sessions = useMemo(() => sessionsOf(entries), [entries]);
  return (
    <>
      {sessions.map(({ key, entries: done }) => {
        const first = done[0]!;
        const last = done.at(-1)!;
        return (
          <section key={key} className="panel" aria-label={`Session of ${first.actor.name}`}>
            <header className="panel-head">
              <h2>{first.actor.name}</h2>
              <div className="panel-aside soft">
                {first.actor.kind === 'human' ? 'person' : 'automation'}
                {first.from !== undefined && ` from ${first.from}`}
                {` · ${counted(done.length, 'entry', 'entries')} · ${spanWords(first.time, last.time)} · `}
                <TimeAgo at={last.time} />
              </div>
            </header>
            <ol className="transcript">
              {done.slice(0, 200).map((entry) => (
                <li key={entry.sequence}>
                  <button type="button" className="transcript-line" onClick={() => onOpen(entry)}>
                    <time dateTime={entry.time} title={exactTime(entry.time)}>
                      {exactTime(entry.time).slice(11, 19)}
                    </time>
                    <code>{entry.action}</code>
                    <span>{`${entry.subject.kind} ${subjectWords(entry)}`}</span>
                    {moreWords(entry) !== '' && <span className="soft">{moreWords(entry)}</span>}
                  </button>
                </li>
              ))}
            </ol>
            {done.length > 200 && (
              <p className="soft">{`and ${count(done.length - 200)} more of this session: shown as entries, all of them are listed`}</p>
            )}
          </section>
        );
      })}
      {onMore !== undefined && (
        <button type="button" className="button" onClick={onMore}>
          Older
        </button>
      )}
    </>
  );
}

/** `2026-11-26 14:45:34 to 15:02:10 UTC`: lines of a transcript say the time of day alone. */
function spanWords(from: string, to: string): string {
  const [first, last] = [exactTime(from), exactTime(to)];
  if (first === last) return first;
  const isOneDay = first.slice(0, 10) === last.slice(0, 10);
  return `${first.replace(/ UTC$/, '')} to ${isOneDay ? last.slice(11) : last}`;
}

/** Newest session first; within one, oldest entry first, as it was done. */
function sessionsOf(entries: readonly LedgerEntry[]): readonly Session[] {
  const open = new Map<string, { key: string; entries: LedgerEntry[]; earliest: number }>();
  const sessions: { key: string; entries: LedgerEntry[] }[] = [];
  for (const entry of entries) {
    const who = `${entry.actor.known}/${entry.actor.name}`;
    const at = Date.parse(entry.time);
    const current = open.get(who);
    if (current !== undefined && current.earliest - at < pauseMs) {
      current.entries.unshift(entry);
      current.earliest = at;
    } else {
      const session = { key: `${who}/${entry.sequence}`, entries: [entry], earliest: at };
      open.set(who, session);
      sessions.push(session);
    }
  }
  return sessions;
}
