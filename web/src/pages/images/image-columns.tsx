import { Link } from '@tanstack/react-router';
import type { ImageSummary } from '../../api/contract.ts';
import { ImageName } from '../../parts/image-name.tsx';
import { resultWords, Verdict } from '../../parts/mark.tsx';
import { severityText } from '../../parts/severity.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { bytes, count, shortDigest } from '../../parts/words.ts';

export const imageColumns: readonly Column<ImageSummary>[] = [
  {
    id: 'verdict',
    head: 'Verdict',
    min: 116,
    rank: 0,
    sort: 'verdict',
    text: ({ verdict }) => resultWords[verdict],
    cell: ({ verdict, stale }) => <Verdict result={verdict} stale={stale !== undefined} />,
  },
  {
    id: 'name',
    head: 'Image',
    min: 170,
    grow: 4,
    rank: 0,
    sort: 'name',
    text: ({ name }) => name,
    cell: ({ name, digest }) => (
      <Link to="/images/$digest" params={{ digest }} className="cut" tabIndex={-1}>
        <ImageName name={name} />
      </Link>
    ),
  },
  {
    id: 'digest',
    head: 'Digest',
    min: 104,
    rank: 6,
    text: ({ digest }) => digest,
    cell: ({ digest }) => <code title={digest}>{shortDigest(digest)}</code>,
  },
  {
    id: 'findings',
    head: 'Findings',
    min: 180,
    grow: 2,
    rank: 2,
    text: ({ findings }) => severityText(findings),
    cell: ({ findings }) => <span className="cut">{severityText(findings)}</span>,
  },
  {
    id: 'running',
    head: 'Running',
    min: 60,
    rank: 1,
    align: 'end',
    text: ({ running }) => String(running),
    cell: ({ running }) => count(running),
  },
  {
    id: 'base',
    head: 'Base',
    min: 124,
    grow: 1,
    rank: 5,
    text: ({ base }) => base?.name ?? '',
    cell: ({ base }) =>
      base?.name === undefined ? (
        <span className="soft">{base?.digest === undefined ? 'not known' : shortDigest(base.digest)}</span>
      ) : (
        <span className="cut" title={base.name}>
          {base.name}
          {base.state !== undefined && base.state !== 'endorsed' && <span className="soft">{` ${base.state}`}</span>}
        </span>
      ),
  },
  {
    id: 'team',
    head: 'Team',
    min: 84,
    rank: 4,
    text: ({ team }) => team ?? '',
    cell: ({ team }) => <span className="cut">{team ?? ''}</span>,
  },
  {
    id: 'size',
    head: 'Size',
    min: 64,
    rank: 7,
    align: 'end',
    sort: 'size',
    text: ({ sizeBytes }) => String(sizeBytes),
    cell: ({ sizeBytes }) => bytes(sizeBytes),
  },
  {
    id: 'kept',
    head: 'Scanned',
    min: 88,
    rank: 3,
    sort: 'kept',
    text: ({ keptAt }) => keptAt,
    cell: ({ keptAt }) => <TimeAgo at={keptAt} still />,
  },
];
