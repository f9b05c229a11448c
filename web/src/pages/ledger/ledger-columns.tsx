import type { LedgerEntry } from '../../api/contract.ts';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count, cutMiddle } from '../../parts/words.ts';
import { moreWords, subjectWords } from './entry-words.ts';

export const ledgerColumns: readonly Column<LedgerEntry>[] = [
  {
    id: 'sequence',
    head: 'Entry',
    min: 60,
    rank: 4,
    align: 'end',
    text: ({ sequence }) => String(sequence),
    cell: ({ sequence }) => count(sequence),
  },
  {
    id: 'time',
    head: 'When',
    min: 88,
    rank: 0,
    text: ({ time }) => time,
    cell: ({ time }) => <TimeAgo at={time} still />,
  },
  {
    id: 'actor',
    head: 'Who',
    min: 136,
    grow: 1,
    rank: 0,
    text: ({ actor }) => actor.name,
    cell: ({ actor }) => (
      <span className="cut" title={actor.known}>
        {actor.name}
      </span>
    ),
  },
  {
    id: 'kind',
    head: 'Kind',
    min: 88,
    rank: 5,
    text: ({ actor }) => actor.kind,
    cell: ({ actor }) => <span className="soft">{actor.kind === 'human' ? 'person' : 'automation'}</span>,
  },
  {
    id: 'action',
    head: 'Did',
    min: 180,
    rank: 1,
    text: ({ action }) => action,
    cell: ({ action }) => <code className="cut">{action}</code>,
  },
  {
    id: 'subject',
    head: 'To',
    min: 160,
    grow: 2,
    rank: 2,
    text: ({ subject }) => `${subject.kind} ${subject.name}`,
    cell: (entry) => (
      <span className="cut" title={entry.subject.name}>
        <span className="soft">{`${entry.subject.kind} `}</span>
        {cutMiddle(subjectWords(entry), 60)}
      </span>
    ),
  },
  {
    id: 'why',
    head: 'Why, or what',
    min: 160,
    grow: 2,
    rank: 3,
    text: (entry) => moreWords(entry),
    cell: (entry) => (
      <span className="cut" title={moreWords(entry)}>
        {moreWords(entry)}
      </span>
    ),
  },
  {
    id: 'from',
    head: 'From where',
    min: 90,
    rank: 6,
    text: ({ from }) => from ?? '',
    cell: ({ from }) => <span className="cut">{from ?? ''}</span>,
  },
];
