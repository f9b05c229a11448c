import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useId, useMemo, useState, type KeyboardEvent } from 'react';
import { searchQuery } from '../api/queries.ts';
import type { SearchAnswer } from '../api/contract.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ImageName } from '../parts/image-name.tsx';
import { Failure } from '../parts/states.tsx';

type Group = SearchAnswer['groups'][number];
type Kind = Group['kind'];
interface Hit {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly detail?: string;
}

const titles: Readonly<Record<Kind, string>> = {
  images: 'Images',
  findings: 'Findings',
  packages: 'Packages',
  containers: 'Containers',
  workloads: 'Workloads',
  people: 'People',
  bases: 'Bases',
  policies: 'Policies',
};

/** Search over everything: type, arrows, enter. */
export function SearchDialog({ onClose }: { readonly onClose: () => void }) {
  const id = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const asked = useDelayed(useDeferredValue(text.trim()));
  const { data, error, refetch, isFetching } = useQuery({
    ...searchQuery(asked),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  const open = useOpen(onClose);
  const hits = useMemo(
    () =>
      asked === ''
        ? []
        : (data?.groups ?? []).flatMap(({ kind, items }) => items.map((item): Hit => ({ kind, ...item }))),
    [asked, data],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && hits.length > 0) {
      event.preventDefault();
      const next = (active + step + hits.length) % hits.length;
      setActive(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && hits[active] !== undefined) {
      event.preventDefault();
      open(hits[active]);
    }
  };
  return (
    <Dialog title="Search" onClose={onClose} wide>
      <input
        className="input is-large"
        type="text"
        role="combobox"
        aria-label="Search images, digests, CVEs, packages, containers, people"
        aria-expanded={hits.length > 0}
        aria-controls={`${id}-hits`}
        aria-activedescendant={hits.length > 0 ? `${id}-${active}` : undefined}
        placeholder="An image, digest, CVE, package, container, person"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        autoComplete="off"
        spellCheck={false}
      />
      {error !== null && <Failure error={error} what="the answer" onRetry={() => void refetch()} />}
      <Hits id={id} hits={hits} active={active} onOpen={open} />
      <p className="soft" role="status">
        {asked !== '' && hits.length === 0 && error === null
          ? isFetching
            ? 'Looking…'
            : `Nothing named “${asked}” among images, findings, packages, containers and people`
          : ''}
      </p>
    </Dialog>
  );
}

interface HitsProps {
  readonly id: string;
  readonly hits: readonly Hit[];
  readonly active: number;
  readonly onOpen: (hit: Hit) => void;
}

function Hits({ id, hits, active, onOpen }: HitsProps) {
  return (
    <ul className="hits" id={`${id}-hits`} role="listbox" aria-label="Found">
      {hits.map((hit, index) => (
        <li
          key={`${hit.kind}/${hit.id}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className="hit"
          onClick={() => onOpen(hit)}
        >
          <span className="hit-kind">{hits[index - 1]?.kind === hit.kind ? '' : titles[hit.kind]}</span>
          <span className="hit-name" title={hit.name}>
            {hit.kind === 'images' ? <ImageName name={hit.name} /> : hit.name}
          </span>
          <span className="hit-detail">{hit.detail ?? ''}</span>
        </li>
      ))}
    </ul>
  );
}

function useOpen(onClose: () => void): (hit: Hit) => void {
  const navigate = useNavigate();
  return ({ kind, id }) => {
    onClose();
    if (kind === 'images') void navigate({ to: '/images/$digest', params: { digest: id } });
    else if (kind === 'findings') void navigate({ to: '/impact', search: { q: id } });
    else if (kind === 'packages') void navigate({ to: '/impact', search: { q: id } });
    else if (kind === 'containers') void navigate({ to: '/containers', search: { q: id } });
    else if (kind === 'workloads') void navigate({ to: '/workloads/$id', params: { id } });
    else if (kind === 'people') void navigate({ to: '/ledger', search: { actor: id } });
    else if (kind === 'bases') void navigate({ to: '/bases/$name', params: { name: id } });
    else void navigate({ to: '/policies/$name', params: { name: id } });
  };
}

function useDelayed(value: string): string {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), 120);
    return () => clearTimeout(timer);
  }, [value]);
  return delayed;
}
