import { Link } from '@tanstack/react-router';
import type { Fleet } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { count, counted } from '../../parts/words.ts';

/** What is known and what is not: hosts heard from, running images with a record. */
export function Coverage({ coverage }: { readonly coverage: Fleet['coverage'] }) {
  const { sources, images } = coverage;
  const silent = sources.filter((source) => source.silent);
  return (
    <Panel title="Coverage">
      <dl className="facts">
        <div>
          <dt>Heard from</dt>
          <dd>
            <Link to="/sources">{`${count(sources.length - silent.length)} of ${counted(sources.length, 'source')}`}</Link>
          </dd>
        </div>
        <div>
          <dt>Images that run</dt>
          <dd>
            {`${count(images.known)} of ${count(images.known + images.unknown)} with a record`}
            {images.unknown > 0 && (
              <>
                {' · '}
                <Link to="/containers" search={{ verdict: 'unknown' }}>{`${count(images.unknown)} unknown`}</Link>
              </>
            )}
          </dd>
        </div>
      </dl>
      {silent.length > 0 && (
        <ul className="plain-list">
          {silent.slice(0, 8).map(({ name, kind, lastSeen }) => (
            <li key={name}>
              <strong>{name}</strong> <span className="soft">{kind}</span>
              {lastSeen === undefined ? (
                ' never heard from'
              ) : (
                <>
                  {' '}
                  silent, last heard <TimeAgo at={lastSeen} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
