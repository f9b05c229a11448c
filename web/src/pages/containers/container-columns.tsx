import { Link } from '@tanstack/react-router';
import type { Container } from '../../api/contract.ts';
import { ImageName } from '../../parts/image-name.tsx';
import { resultWords, Verdict } from '../../parts/mark.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';

export const containerColumns: readonly Column<Container>[] = [
  {
    id: 'verdict',
    head: 'Verdict',
    min: 116,
    rank: 0,
    text: ({ verdict }) => resultWords[verdict],
    cell: ({ verdict }) => <Verdict result={verdict} />,
  },
  {
    id: 'name',
    head: 'Container',
    min: 120,
    grow: 1,
    rank: 0,
    text: ({ name }) => name,
    cell: ({ name, id }) => (
      <span className="cut" title={id}>
        {name}
      </span>
    ),
  },
  {
    id: 'image',
    head: 'Image',
    min: 170,
    grow: 3,
    rank: 1,
    text: ({ imageName }) => imageName,
    cell: ({ image, imageName }) =>
      image === undefined ? (
        <ImageName name={imageName} />
      ) : (
        <Link to="/images/$digest" params={{ digest: image }} className="cut" tabIndex={-1}>
          <ImageName name={imageName} />
        </Link>
      ),
  },
  {
    id: 'environment',
    head: 'Environment',
    min: 100,
    rank: 3,
    text: ({ environment }) => environment ?? '',
    cell: ({ environment }) => <span className="cut">{environment ?? ''}</span>,
  },
  {
    id: 'host',
    head: 'Host',
    min: 110,
    grow: 1,
    rank: 4,
    text: ({ host }) => host,
    cell: ({ host, silent }) => (
      <span className="cut" title={host}>
        {host}
        {silent && <span className="soft"> silent</span>}
      </span>
    ),
  },
  {
    id: 'workload',
    head: 'Workload',
    min: 120,
    grow: 1,
    rank: 5,
    text: ({ workload }) => (workload === undefined ? '' : `${workload.namespace}/${workload.name}`),
    cell: ({ workload }) =>
      workload === undefined ? (
        ''
      ) : (
        <Link to="/workloads/$id" params={{ id: workload.id }} className="cut" tabIndex={-1}>
          {workload.namespace === '' ? workload.name : `${workload.namespace}/${workload.name}`}
        </Link>
      ),
  },
  {
    id: 'team',
    head: 'Team',
    min: 90,
    rank: 6,
    text: ({ team }) => team ?? '',
    cell: ({ team }) => <span className="cut">{team ?? ''}</span>,
  },
  {
    id: 'since',
    head: 'Since',
    min: 88,
    rank: 2,
    text: ({ since }) => since,
    cell: ({ since, until }) =>
      until === undefined ? (
        <TimeAgo at={since} still />
      ) : (
        <span className="soft">
          ended <TimeAgo at={until} still />
        </span>
      ),
  },
];
