import type { LedgerEntry } from '../../api/contract.ts';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count, cutMiddle } from '../../parts/words.ts';

export const ledgerColumns: readonly Column<LedgerEntry>[] = [
  {
    id: 'sequence',
    head: 'Entry',
    min: 70,
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
    min: 120,
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
    rank: 4,
    text: ({ actor }) => actor.kind,
    cell: ({ actor }) => <span className="soft">{actor.kind === 'human' ? 'person' : 'automation'}</span>,
  },
  {
    id: 'action',
    head: 'Did',
    min: 120,
    grow: 1,
    rank: 1,
    text: ({ action }) => action,
    cell: ({ action }) => <code className="cut">{action}</code>,
  },
  {
    id: 'subject',
    head: 'To',
    min: 150,
    grow: 2,
    rank: 2,
    text: ({ subject }) => `${subject.kind} ${subject.name}`,
    cell: ({ subject }) => (
      <span className="cut" title={subject.name}>
        <span className="soft">{`${subject.kind} `}</span>
        {cutMiddle(subject.name.replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1'), 60)}
      </span>
    ),
  },
  {
    id: 'why',
    head: 'Why',
    min: 160,
    grow: 2,
    rank: 5,
    text: ({ why }) => why ?? '',
    cell: ({ why }) => (
      <span className="cut" title={why}>
        {why ?? ''}
      </span>
    ),
  },
  {
    id: 'from',
    head: 'From',
    min: 110,
    rank: 6,
    text: ({ from }) => from ?? '',
    cell: ({ from }) => <span className="cut">{from ?? ''}</span>,
  },
];
