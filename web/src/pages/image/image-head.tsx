import { Link } from '@tanstack/react-router';
import { Breakable } from '../../parts/breakable.tsx';
import { Digest } from '../../parts/digest.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { bytes, counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';
import type { TabProps } from './tab-props.ts';

/** What it is called, what it is, where it runs. */
export function ImageHead({ image }: TabProps) {
  const mayScan = useMay('scan');
  const { os, platform, operatingSystem: system } = image;
  const more = image.references.filter((reference) => reference !== image.name);
  return (
    <header className="image-head">
      <div className="page-head">
        <h1 className="image-name">
          <Breakable text={image.name} />
        </h1>
        <Digest value={image.digest} />
        {mayScan && (
          <Link to="/scans" search={{ reference: image.references[0] ?? image.name }} className="button">
            Scan again
          </Link>
        )}
      </div>
      <p className="dots">
        {platform !== undefined && <span>{platform}</span>}
        {os !== undefined && (
          <span>
            {os}
            {system?.supportEnd === undefined ? '' : `, supported until ${system.supportEnd}`}
          </span>
        )}
        <span>{`${bytes(image.sizeBytes)} in ${counted(image.layers, 'layer')}`}</span>
        <span>
          <Link to="/images/$digest" params={{ digest: image.digest }} search={{ tab: 'packages' }} resetScroll={false}>
            {counted(image.packages, 'package')}
          </Link>
        </span>
        <span>
          {image.running === 0 ? (
            'no container runs from it'
          ) : (
            <Link
              to="/images/$digest"
              params={{ digest: image.digest }}
              search={{ tab: 'containers' }}
              resetScroll={false}
            >
              {`${counted(image.running, 'container')} ${image.running === 1 ? 'runs' : 'run'} from it`}
            </Link>
          )}
        </span>
        {image.team !== undefined && (
          <span>
            team{' '}
            <Link to="/images" search={{ team: image.team }}>
              {image.team}
            </Link>
          </span>
        )}
        <span>
          scanned <TimeAgo at={image.keptAt} />
        </span>
        {image.advisories !== undefined && (
          <span>
            advisories <TimeAgo at={image.advisories.builtAt} old />
          </span>
        )}
      </p>
      {more.length > 0 && (
        <p className="soft">
          {'also '}
          {more.slice(0, 6).map((reference) => (
            <code key={reference} className="also">
              {reference}
            </code>
          ))}
          {more.length > 6 && `and ${more.length - 6} more`}
        </p>
      )}
    </header>
  );
}
