import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { allQuery } from '../../api/queries.ts';
import type { ImageFinding } from '../../api/contract.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ChoiceFilter, Filters, severityOptions, TextFilter } from '../../parts/filters.tsx';
import { Severity, severityOrder } from '../../parts/severity.tsx';
import { TableSkeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import type { Column } from '../../parts/table-layout.ts';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { counted } from '../../parts/words.ts';
import { FindingDialog } from './finding-dialog.tsx';
import type { TabProps } from './tab-props.ts';
import { PlaceText, placeWords } from './place-text.tsx';
import { useImageSearch } from './use-image-search.ts';

const kinds = ['vulnerability', 'secret', 'private-key', 'misconfiguration', 'bloat'] as const;

/** Everything that was found, gravest first. */
export function FindingsTab({ image }: TabProps) {
  const search = useSearch({ from: '/frame/images/$digest' });
  const navigate = useNavigate();
  const set = useImageSearch(image.digest);
  const { q, kind, severity, owner, layer, fixable } = search;
  const query = { q, kind, severity, owner, layer, fixable };
  const { data, error, refetch } = useQuery(
    allQuery<ImageFinding>(['image', image.digest, 'findings'], `/v1/images/${image.digest}/findings`, query),
  );
  const open = useCallback(({ id }: ImageFinding) => set({ finding: id }), [set]);
  const sort = useCallback((value: string) => set({ sort: value }), [set]);
  const close = useCallback(() => set({ finding: undefined }), [set]);
  const text = useCallback((value: string | undefined) => set({ q: value }), [set]);
  const shown = useMemo(() => data?.find(({ id }) => id === search.finding), [data, search.finding]);
  // Without a feed that has scores the column would stand empty.
  const shownColumns = useMemo(
    () => (data?.some(({ epss }) => epss !== undefined) === true ? columns : columns.filter(({ id }) => id !== 'epss')),
    [data],
  );
  const isFiltered = Object.values(query).some((value) => value !== undefined);
  return (
    <>
      <Filters
        onClear={
          isFiltered
            ? () =>
                void navigate({
                  to: '/images/$digest',
                  params: { digest: image.digest },
                  search: { tab: 'findings' },
                  replace: true,
                  resetScroll: false,
                })
            : undefined
        }
      >
        <TextFilter label="Text" value={q} onChange={text} wide />
        <ChoiceFilter
          label="Kind"
          value={kind}
          options={kinds.map((name) => [name, name] as const)}
          onChange={(value) => set({ kind: value })}
        />
        <ChoiceFilter
          label="Severity"
          value={severity}
          options={severityOptions}
          onChange={(value) => set({ severity: value })}
        />
        <ChoiceFilter
          label="Owner"
          value={owner}
          options={[
            ['base', 'base'],
            ['app', 'application'],
          ]}
          onChange={(value) => set({ owner: value })}
        />
        <ChoiceFilter
          label="Layer"
          value={layer}
          options={image.layerList.map(({ index }) => [String(index), String(index + 1)] as const)}
          onChange={(value) => set({ layer: value })}
        />
        <ChoiceFilter
          label="Fix"
          value={fixable}
          options={[
            ['true', 'has one'],
            ['false', 'has none'],
          ]}
          onChange={(value) => set({ fixable: value })}
        />
      </Filters>
      {error !== null && <Failure error={error} what="the findings" onRetry={() => void refetch()} />}
      {data === undefined && error === null && <TableSkeleton />}
      {data !== undefined && data.length === 0 && (
        <Empty>
          {isFiltered
            ? 'No finding matches these filters.'
            : `Nothing was found in ${counted(image.packages, 'package')} and ${counted(image.statistics.visibleFiles, 'file')}.`}
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <DataTable
          label="Findings"
          columns={shownColumns}
          rows={data}
          rowKey={({ id }) => id}
          onOpen={open}
          sort={search.sort}
          onSort={sort}
        />
      )}
      {shown !== undefined && <FindingDialog image={image} finding={shown} onClose={close} />}
    </>
  );
}

const columns: readonly Column<ImageFinding>[] = [
  {
    id: 'severity',
    head: 'Severity',
    min: 104,
    rank: 0,
    sort: 'severity',
    compare: (a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity),
    text: ({ severity }) => severity,
    cell: ({ severity }) => <Severity value={severity} />,
  },
  {
    id: 'name',
    head: 'Finding',
    min: 200,
    grow: 1,
    rank: 0,
    sort: 'name',
    compare: (a, b) => a.name.localeCompare(b.name, 'en'),
    text: ({ name }) => name,
    cell: ({ name, title, exploited }) => (
      <span className="cut" title={title}>
        {name} {exploited !== undefined && <strong className="flag">exploited</strong>}
      </span>
    ),
  },
  {
    id: 'subject',
    head: 'What',
    min: 300,
    grow: 4,
    rank: 1,
    sort: 'package',
    compare: (a, b) => (a.packageName ?? a.title).localeCompare(b.packageName ?? b.title, 'en'),
    text: (finding) => subjectOf(finding),
    cell: (finding) => <Subject finding={finding} />,
  },
  {
    id: 'owner',
    head: 'Owner',
    min: 44,
    rank: 2,
    text: ({ owner }) => owner,
    cell: ({ owner }) => owner,
  },
  {
    id: 'place',
    head: 'Where',
    min: 170,
    grow: 2,
    rank: 5,
    text: ({ place }) => placeWords(place),
    cell: ({ place }) => <PlaceText place={place} isBrief />,
  },
  {
    id: 'rules',
    head: 'Breaks',
    min: 130,
    grow: 1,
    rank: 4,
    text: ({ rules, waiver }) => (waiver === undefined ? rules.join(' ') : `waived by ${waiver}`),
    cell: ({ rules, waiver }) => (
      <span className="cut" title={waiver ?? rules.join(', ')}>
        {waiver === undefined ? rules.join(', ') : 'waived'}
      </span>
    ),
  },
  {
    id: 'epss',
    head: 'EPSS',
    meaning: 'Exploit Prediction Scoring System: how likely it is exploited within 30 days',
    min: 56,
    rank: 7,
    align: 'end',
    sort: 'epss',
    compare: (a, b) => (b.epss?.score ?? -1) - (a.epss?.score ?? -1),
    text: ({ epss }) => (epss === undefined ? '' : String(epss.score)),
    cell: ({ epss }) => (epss === undefined ? '' : `${(epss.score * 100).toFixed(epss.score < 0.1 ? 1 : 0)} %`),
  },
  {
    id: 'seen',
    head: 'First seen',
    min: 80,
    rank: 6,
    sort: 'seen',
    compare: (a, b) => (a.firstSeen ?? '').localeCompare(b.firstSeen ?? ''),
    text: ({ firstSeen }) => firstSeen ?? '',
    cell: ({ firstSeen }) => (firstSeen === undefined ? '' : <TimeAgo at={firstSeen} still />),
  },
];

/** A package's versions, which say what is to be done, stay where its name has no room. */
function Subject({ finding }: { readonly finding: ImageFinding }) {
  const { packageName, packageVersion, fix } = finding;
  const whole = subjectOf(finding);
  if (packageName === undefined)
    return (
      <span className="cut" title={whole}>
        {whole}
      </span>
    );
  return (
    <span className="subject" title={whole}>
      <span className="cut">{packageName}</span>
      <span className="cut subject-versions">
        {`${packageVersion ?? ''}${fix?.version === undefined ? '' : ` → ${fix.version}`}`}
      </span>
    </span>
  );
}

function subjectOf({ packageName, packageVersion, fix, redacted, title }: ImageFinding): string {
  if (packageName === undefined) return redacted === undefined ? title : `${title} ${redacted}`;
  const mended = fix?.version === undefined ? '' : ` → ${fix.version}`;
  return `${packageName} ${packageVersion ?? ''}${mended}`;
}
