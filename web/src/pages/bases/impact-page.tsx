import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, type ReactNode } from 'react';
import { impactQuery } from '../../api/queries.ts';
import type { Impact } from '../../api/contract.ts';
import { scanCommand } from '../../parts/commands.ts';
import { ImageName } from '../../parts/image-name.tsx';
import { Filters, TextFilter } from '../../parts/filters.tsx';
import { Verdict } from '../../parts/mark.tsx';
import { Severity } from '../../parts/severity.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { count, counted } from '../../parts/words.ts';
import { useTitle } from '../../shell/use-title.ts';

/** The next Shellshock: type it, and see bases, images, containers and owners. */
export function ImpactPage() {
  const { q } = useSearch({ from: '/frame/impact' });
  useTitle(q === undefined ? 'Impact' : `Impact of ${q}`);
  const navigate = useNavigate();
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...impactQuery(q ?? ''),
    enabled: q !== undefined,
    placeholderData: keepPreviousData,
  });
  const ask = useCallback(
    (value: string | undefined) => void navigate({ to: '/impact', search: { q: value }, replace: true }),
    [navigate],
  );
  return (
    <>
      <header className="page-head">
        <h1>Impact</h1>
      </header>
      <Filters>
        <TextFilter
          label="A CVE, a package, a digest or a base"
          value={q}
          onChange={ask}
          placeholder="CVE-2024-6119, openssl, log4j-core@2.14.1, sha256:…"
          wide
          autoFocus
        />
      </Filters>
      {q === undefined && (
        <p className="empty">
          Type what is in the news. The answer comes from the records that are kept: no image is opened for it.
        </p>
      )}
      {q !== undefined && error !== null && (
        <Failure error={error} what={`whom ${q} reaches`} onRetry={() => void refetch()} />
      )}
      {q !== undefined && data === undefined && error === null && <Skeleton rows={8} height={28} />}
      {q !== undefined && data !== undefined && error === null && (
        <div className={isPlaceholderData ? 'is-old' : ''} aria-busy={isPlaceholderData}>
          <Answer impact={data} />
        </div>
      )}
    </>
  );
}

function Answer({ impact }: { readonly impact: Impact }) {
  const { totals, advisories, caveats } = impact;
  if (totals.records === 0)
    return (
      <Empty command={scanCommand()} action={<Link to="/scans">Scan one from here</Link>}>
        {`No record is kept yet: whom ${impact.query} reaches is not known.`}
      </Empty>
    );
  return (
    <>
      <p className="impact-said" role="status">
        {isUnheardOf(impact) ? (
          <>
            <Verdict result="cannot-tell" size={20} />
            {` whom ${impact.query} reaches.`}
          </>
        ) : totals.images === 0 ? (
          <>{`${impact.query} reaches none of ${counted(totals.records, 'record')}.`}</>
        ) : (
          <>
            <strong>{impact.query}</strong>
            {` reaches ${counted(totals.images, 'image')} of ${counted(totals.records, 'record')}, and ${counted(totals.containers, 'container')}.`}
          </>
        )}
      </p>
      {advisories.map(({ id, title, severity, exploitedSince, aliases }) => (
        <p key={id} className="dots">
          <strong>{aliases.includes(impact.query) ? impact.query : id}</strong>
          {severity !== undefined && <Severity value={severity} />}
          {title !== undefined && <span>{title}</span>}
          {exploitedSince !== undefined && <strong className="flag">{`exploited since ${exploitedSince}`}</strong>}
          {namesOf({ id, aliases }, impact.query).length > 0 && (
            <span className="soft">{`also ${namesOf({ id, aliases }, impact.query).join(', ')}`}</span>
          )}
        </p>
      ))}
      {caveats.map((caveat) => (
        <p key={caveat} className="caveat">
          {caveat}
        </p>
      ))}
      {isUnheardOf(impact) && (
        <p>
          An id is wanted whole, as in CVE-2024-6119. What became known since the advisories were taken in is not in
          them: <Link to="/settings">see how old they are, and take in newer ones</Link>. A package, by its name, is
          found without.
        </p>
      )}
      {totals.images > 0 && <Flow impact={impact} />}
    </>
  );
}

/** That nothing is reached is known only of an advisory that there is. */
function isUnheardOf({ kind, advisories, totals }: Impact): boolean {
  return kind === 'advisory' && advisories.length === 0 && totals.images === 0;
}

/** The other names of an advisory. */
function namesOf({ id, aliases }: Pick<Impact['advisories'][number], 'id' | 'aliases'>, query: string): string[] {
  return [id, ...aliases].filter((name) => name !== (aliases.includes(query) ? query : id) && !name.startsWith('x_'));
}

/** Bases → images → containers → owners. */
function Flow({ impact }: { readonly impact: Impact }) {
  const { bases, images, containers, owners, totals } = impact;
  return (
    <div className="flow">
      <Column title="Bases" count={bases.length}>
        {bases.map(({ name, owner, state, images: on, running }) => (
          <li key={name} className="flow-item">
            {state === undefined ? (
              <Link to="/images" search={{ base: name }}>
                {name}
              </Link>
            ) : (
              <Link to="/bases/$name" params={{ name }}>
                {name}
              </Link>
            )}
            {state !== undefined && <span className={`tag is-${state}`}>{state}</span>}
            <span className="soft">{`${owner === undefined ? '' : `${owner} · `}${counted(on, 'image')}, ${counted(running, 'container')}`}</span>
          </li>
        ))}
      </Column>
      <Column
        title="Images"
        count={totals.images}
        more={
          impact.kind === 'advisory' || impact.kind === 'package' ? (
            <Link
              to="/images"
              search={impact.kind === 'advisory' ? { finding: impact.query } : { package: nameOf(impact.query) }}
            >
              all of them as a list
            </Link>
          ) : undefined
        }
      >
        {images.map(({ digest, name, verdict, via, base, packages, running }) => (
          <li key={digest} className="flow-item">
            <span className="flow-line">
              <Verdict result={verdict} size={14} />
              <Link to="/images/$digest" params={{ digest }} className="cut">
                <ImageName name={name} />
              </Link>
            </span>
            <span className="soft">
              {via === 'base' ? `inherited from ${base ?? 'its base'}` : 'brought by the application'}
              {running > 0 && ` · ${counted(running, 'container')}`}
            </span>
            {packages.slice(0, 2).map((found) => (
              <code key={found.purl} className="wrap" title={found.purl}>
                {`${found.name} ${found.version}${found.fixedIn === undefined ? '' : ` → ${found.fixedIn}`}`}
              </code>
            ))}
          </li>
        ))}
      </Column>
      <Column title="Containers" count={totals.containers}>
        {containers.map(({ id, name, host, environment }) => (
          <li key={id} className="flow-item">
            <Link to="/containers" search={{ q: name }} className="cut" title={name}>
              {name}
            </Link>
            <span className="soft">{`${environment ?? 'no environment'} · ${host}`}</span>
          </li>
        ))}
      </Column>
      <Column title="Owners" count={owners.length}>
        {owners.map(({ name, images: of, running, isTeam }) => (
          <li key={name} className="flow-item">
            {isTeam ? (
              <Link to="/images" search={{ team: name }}>
                {name}
              </Link>
            ) : (
              <span>{name}</span>
            )}
            <span className="soft">{`${counted(of, 'image')}, ${counted(running, 'container')}`}</span>
          </li>
        ))}
      </Column>
    </div>
  );
}

interface ColumnProps {
  readonly title: string;
  readonly count: number;
  /** Where those are that have no room here. */
  readonly more?: ReactNode;
  readonly children: readonly ReactNode[];
}

const mostShown = 100;

function Column({ title, count: total, more, children }: ColumnProps) {
  return (
    <section className="flow-column" aria-label={title}>
      <h2>
        {title} <span className="soft">{count(total)}</span>
      </h2>
      {total === 0 ? <p className="empty">none</p> : <ul>{children.slice(0, mostShown)}</ul>}
      {total > Math.min(children.length, mostShown) && (
        <p className="soft">
          {`and ${count(total - Math.min(children.length, mostShown))} more`}
          {more !== undefined && <>: {more}</>}
        </p>
      )}
    </section>
  );
}

/** `lodash` of `lodash@4.17.14`; a scope's own `@` is part of the name: `@babel/core`. */
function nameOf(query: string): string {
  return query.replace(/(?<=.)@[^@/]*$/, '');
}
