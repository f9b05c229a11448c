import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useCallback, useId } from 'react';
import { get } from '../../api/client.ts';
import { comparisonQuery, imageQuery } from '../../api/queries.ts';
import type { Comparison, ImageSummary, PageOf } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { Severity } from '../../parts/severity.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure } from '../../parts/states.tsx';
import { bytes, counted, shortDigest } from '../../parts/words.ts';
import type { TabProps } from './tab-props.ts';
import { useImageSearch } from './use-image-search.ts';

/** What differs from another image to this one: first of all, what is new to blame. */
export function CompareTab({ image }: TabProps) {
  const { with: other } = useSearch({ from: '/frame/images/$digest' });
  return (
    <>
      <Chooser image={image} />
      {other === undefined ? (
        <p className="empty">Choose the image that it is compared with: the release before, for example.</p>
      ) : (
        <Difference from={other} to={image.digest} />
      )}
    </>
  );
}

/** Images of the same repository first: that is what people compare. */
function Chooser({ image }: TabProps) {
  const id = useId();
  const { with: other } = useSearch({ from: '/frame/images/$digest' });
  const set = useImageSearch(image.digest);
  const repository = image.name.replace(/[:@][^/]*$/, '');
  const { data } = useQuery({
    queryKey: ['images', 'like', repository],
    queryFn: ({ signal }) => get<PageOf<ImageSummary>>('/v1/images', { q: repository, limit: 100 }, signal),
  });
  const choose = useCallback((value: string) => set({ with: value === '' ? undefined : value }), [set]);
  const others = (data?.items ?? []).filter(({ digest }) => digest !== image.digest);
  return (
    <div className="filters">
      <label className="filter is-wide" htmlFor={id}>
        <span className="filter-label">Compare with</span>
        <select id={id} className="input" value={other ?? ''} onChange={(event) => choose(event.target.value)}>
          <option value="">choose an image</option>
          {other !== undefined && !others.some(({ digest }) => digest === other) && <OtherOption digest={other} />}
          {others.map(({ digest, name }) => (
            <option key={digest} value={digest}>{`${name} (${shortDigest(digest)})`}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** One that is not of the same repository, by its name. */
function OtherOption({ digest }: { readonly digest: string }) {
  const { data } = useQuery(imageQuery(digest));
  return <option value={digest}>{`${data?.name ?? 'image'} (${shortDigest(digest)})`}</option>;
}

const causes = {
  'package-added': 'came with a new package',
  'package-changed': 'came with a changed package',
  'newly-known': 'was there before, only the advisory is newer',
  content: 'new content',
} as const;

function Difference({ from, to }: { readonly from: string; readonly to: string }) {
  const { data, error, refetch } = useQuery(comparisonQuery(from, to));
  if (error !== null) return <Failure error={error} what="the comparison" onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={8} height={28} />;
  const grown = data.to.sizeBytes - data.from.sizeBytes;
  return (
    <>
      <p className="dots">
        <strong>From the other image to this one</strong>
        <span>{`size ${grown >= 0 ? '+' : '−'}${bytes(Math.abs(grown))}`}</span>
        <span>{`${counted(data.findings.new.length, 'new finding')}, ${data.findings.gone.length} gone`}</span>
        <span>{`packages: ${data.packages.added.length} added, ${data.packages.removed.length} removed, ${data.packages.changed.length} changed`}</span>
        <span>{`executables: ${data.executables.added} added, ${data.executables.removed} removed, ${data.executables.changed} changed`}</span>
      </p>
      {data.caveats.map((caveat) => (
        <p key={caveat} className="soft">
          {caveat}
        </p>
      ))}
      <Findings comparison={data} />
      <Packages comparison={data} />
      <Panel title="Configuration">
        {data.configuration.length === 0 ? (
          <p className="empty">The same.</p>
        ) : (
          <ul className="plain-list">
            {data.configuration.map(({ what, from: before, to: after }) => (
              <li key={what}>
                {what}: <code className="wrap">{before ?? 'not set'}</code> →{' '}
                <code className="wrap">{after ?? 'not set'}</code>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

function Findings({ comparison }: { readonly comparison: Comparison }) {
  const { new: fresh, gone } = comparison.findings;
  return (
    <div className="two">
      <Panel title="New to blame">
        {fresh.length === 0 && <p className="empty">No new finding.</p>}
        <ul className="plain-list">
          {fresh.slice(0, 200).map(({ id, name, severity, title, cause }) => (
            <li key={id}>
              <Severity value={severity} /> <strong>{name}</strong> {title}{' '}
              <span className="soft">{causes[cause]}</span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Gone">
        {gone.length === 0 && <p className="empty">Nothing went.</p>}
        <ul className="plain-list">
          {gone.slice(0, 200).map(({ id, name, severity, title }) => (
            <li key={id}>
              <Severity value={severity} /> <strong>{name}</strong> {title}
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function Packages({ comparison }: { readonly comparison: Comparison }) {
  const { added, removed, changed } = comparison.packages;
  const lines = [
    ...changed.map(({ name, from, to, owner }) => ({ key: `~${name}${from}`, text: `${name} ${from} → ${to}`, owner })),
    ...added.map(({ name, version, owner }) => ({ key: `+${name}${version}`, text: `+ ${name} ${version}`, owner })),
    ...removed.map(({ name, version, owner }) => ({ key: `-${name}${version}`, text: `− ${name} ${version}`, owner })),
  ];
  return (
    <Panel title="Packages">
      {lines.length === 0 && <p className="empty">The same.</p>}
      <ul className="plain-list">
        {lines.slice(0, 500).map(({ key, text, owner }) => (
          <li key={key}>
            <code className="wrap">{text}</code> <span className="tag">{owner}</span>
          </li>
        ))}
      </ul>
      {lines.length > 500 && <p className="soft">{`and ${lines.length - 500} more`}</p>}
    </Panel>
  );
}
