import type { ReactNode } from 'react';
import { Panel } from '../../parts/panel.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { Digest } from '../../parts/digest.tsx';
import type { TabProps } from './tab-props.ts';

/** How it starts and under which names it has been. */
export function ConfigurationTab({ image }: TabProps) {
  const { configuration: set, labels, tags } = image;
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['User', set.user === undefined || set.user === '' ? 'not set: root' : set.user],
    ['Entrypoint', words(set.entrypoint)],
    ['Command', words(set.cmd)],
    ['Working directory', set.workingDir === undefined ? 'not set' : <code>{set.workingDir}</code>],
    ['Ports', set.exposedPorts.length === 0 ? 'none exposed' : set.exposedPorts.join(', ')],
    ['Volumes', set.volumes.length === 0 ? 'none' : set.volumes.join(', ')],
    ['Health check', words(set.healthcheck)],
    ['Stop signal', set.stopSignal ?? 'not set: SIGTERM'],
    ['Created', image.created === undefined ? 'not said' : <TimeAgo at={image.created} />],
    ['Configuration digest', image.configDigest === undefined ? 'none' : <Digest value={image.configDigest} />],
    ['Record made by', image.engine],
  ];
  return (
    <>
      <Panel title="How it starts">
        <dl className="facts">
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <List title="Variables" items={set.env} none="No variable is set." />
      <List
        title="Labels"
        items={Object.entries(labels).map(([key, value]) => `${key}=${value}`)}
        none="No label is set."
      />
      <Panel title="Tags">
        {tags.length === 0 ? (
          <p className="empty">No tag of a registry that is watched has named it.</p>
        ) : (
          <ul className="plain-list">
            {tags.map(({ repository, tag, since, until }) => (
              <li key={`${repository}:${tag}@${since}`}>
                <code>{`${repository}:${tag}`}</code> since <TimeAgo at={since} />
                {until !== undefined && (
                  <>
                    {' '}
                    until <TimeAgo at={until} />
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

function words(list: readonly string[] | undefined): ReactNode {
  return list === undefined || list.length === 0 ? (
    'not set'
  ) : (
    <code>{list.map((word) => JSON.stringify(word)).join(' ')}</code>
  );
}

function List({
  title,
  items,
  none,
}: {
  readonly title: string;
  readonly items: readonly string[];
  readonly none: string;
}) {
  return (
    <Panel title={title}>
      {items.length === 0 ? (
        <p className="empty">{none}</p>
      ) : (
        <ul className="plain-list">
          {items.map((item) => (
            <li key={item}>
              <code className="wrap">{item}</code>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
