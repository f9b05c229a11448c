import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { ApiError } from '../../api/client.ts';
import { imageQuery } from '../../api/queries.ts';
import { scanCommand } from '../../parts/commands.ts';
import { lazyPart } from '../../parts/lazy-part.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { counted, shortDigest } from '../../parts/words.ts';
import { useTitle } from '../../shell/use-title.ts';
import { ImageHead } from './image-head.tsx';
import { LayerStrip } from './layer-strip.tsx';
import { Mends } from './mends.tsx';
import { Parts } from './parts.tsx';
import { Scopes } from './scopes.tsx';
import type { TabProps } from './tab-props.ts';
import { TabStrip } from './tab-strip.tsx';
import { VerdictTab } from './verdict-tab.tsx';

interface Tab {
  readonly text: string;
  readonly component: ComponentType<TabProps>;
}

const tabs = {
  verdict: { text: 'Verdict', component: Overview },
  findings: { text: 'Findings', component: lazyTab(async () => (await import('./findings-tab.tsx')).FindingsTab) },
  packages: { text: 'Packages', component: lazyTab(async () => (await import('./packages-tab.tsx')).PackagesTab) },
  secrets: { text: 'Secrets', component: lazyTab(async () => (await import('./secrets-tab.tsx')).SecretsTab) },
  executables: {
    text: 'Executables',
    component: lazyTab(async () => (await import('./executables-tab.tsx')).ExecutablesTab),
  },
  configuration: {
    text: 'Configuration',
    component: lazyTab(async () => (await import('./configuration-tab.tsx')).ConfigurationTab),
  },
  provenance: {
    text: 'Provenance',
    component: lazyTab(async () => (await import('./provenance-tab.tsx')).ProvenanceTab),
  },
  containers: {
    text: 'Containers',
    component: lazyTab(async () => (await import('./containers-tab.tsx')).ContainersTab),
  },
  history: { text: 'History', component: lazyTab(async () => (await import('./history-tab.tsx')).HistoryTab) },
  compare: { text: 'Compare', component: lazyTab(async () => (await import('./compare-tab.tsx')).CompareTab) },
} as const satisfies Readonly<Record<string, Tab>>;

type TabName = keyof typeof tabs;
const tabNames = (Object.entries(tabs) as [TabName, Tab][]).map(([key, { text }]) => ({ key, text }));

function lazyTab(load: () => Promise<ComponentType<TabProps>>): ComponentType<TabProps> {
  return lazyPart(load, <Skeleton rows={8} height={28} />);
}

/** May it sail, and if not, what is the cheapest way? */
export function ImagePage() {
  const { digest } = useParams({ from: '/frame/images/$digest' });
  const { data: image, error, refetch } = useQuery(imageQuery(digest));
  useTitle(image?.name ?? shortDigest(digest));
  if (error instanceof ApiError && error.status === 404)
    return (
      <>
        <h1>{shortDigest(digest)}</h1>
        <Empty
          command={scanCommand()}
          action={
            <p className="dots">
              <Link to="/scans">Scan it from here</Link>
              <Link to="/images">See the images that there are</Link>
            </p>
          }
        >
          There is no record of <code className="wrap">{digest}</code>. It has not been scanned, or its record has been
          removed, or it is of a team that you don’t reach.
        </Empty>
      </>
    );
  return (
    <>
      {image === undefined && <h1 className="image-name">{shortDigest(digest)}</h1>}
      {error !== null && <Failure error={error} what="this image" onRetry={() => void refetch()} />}
      {image === undefined ? error === null && <ImageSkeleton /> : <ImageParts image={image} />}
    </>
  );
}

function ImageParts({ image }: TabProps) {
  const { tab } = useSearch({ from: '/frame/images/$digest' });
  const name: TabName = tab !== undefined && Object.hasOwn(tabs, tab) ? (tab as TabName) : 'verdict';
  const Body = tabs[name].component;
  return (
    <>
      <ImageHead image={image} />
      <Scopes image={image} isBrief={name !== 'verdict'} />
      <TabStrip image={image} names={tabNames} active={name} />
      <Body image={image} />
    </>
  );
}

/** What people look for first: the cheapest way out, whose what is, what each layer brought, and the verdict in full. */
function Overview({ image }: TabProps) {
  return (
    <>
      <Mends mends={image.mends} verdict={image.verdict} />
      <Parts image={image} />
      <LayerStrip image={image} />
      <Unread image={image} />
      <VerdictTab image={image} />
    </>
  );
}

function Unread({ image }: TabProps) {
  const { problemList } = image;
  if (problemList.length === 0) return null;
  return (
    <Panel title={`${counted(problemList.length, 'thing')} could not be read`}>
      <ul className="plain-list">
        {problemList.slice(0, 20).map((problem) => (
          <li key={`${problem.code}/${problem.path ?? ''}/${problem.message}`}>
            {problem.message}
            {problem.path !== undefined && <code className="path"> {problem.path}</code>}
            {problem.layer !== undefined && <span className="soft">{` · layer ${problem.layer + 1}`}</span>}
            {problem.hides !== 'nothing' && (
              <span className="soft">{` · hides ${problem.hides === 'all' ? 'anything' : problem.hides}`}</span>
            )}
          </li>
        ))}
      </ul>
      {problemList.length > 20 && <p className="soft">{`and ${problemList.length - 20} more`}</p>}
    </Panel>
  );
}

function ImageSkeleton() {
  return (
    <>
      <Skeleton rows={1} height={32} />
      <Skeleton rows={2} height={20} />
      <Panel title="Verdict by scope">
        <Skeleton rows={2} height={40} />
      </Panel>
      <Panel title="Layers">
        <Skeleton rows={1} height={40} />
      </Panel>
    </>
  );
}
