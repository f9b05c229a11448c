import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import type { ComponentType, FunctionComponent } from 'react';
import { words } from './search-words.ts';
import { lazyPart } from './parts/lazy-part.tsx';
import { Skeleton } from './parts/skeleton.tsx';
import { FleetPage } from './pages/fleet/fleet-page.tsx';
import { Frame } from './shell/frame.tsx';
import { LogInPage } from './shell/log-in-page.tsx';
import { NotFound } from './shell/not-found.tsx';
import { PageFailure } from './shell/page-failure.tsx';

/** Every view is an address and every filter stands in it. Pages but the first come when they are opened. */

function page(load: () => Promise<ComponentType>): FunctionComponent {
  return lazyPart(load, <Skeleton rows={8} height={28} />);
}

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: PageFailure });
const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  component: LogInPage,
  validateSearch: words('to'),
});

const fleet = createRoute({
  getParentRoute: () => frame,
  path: '/',
  component: FleetPage,
  validateSearch: words('environment'),
});

const images = createRoute({
  getParentRoute: () => frame,
  path: '/images',
  component: page(async () => (await import('./pages/images/images-page.tsx')).ImagesPage),
  validateSearch: words('q', 'verdict', 'base', 'team', 'environment', 'finding', 'package', 'running', 'sort'),
});

const image = createRoute({
  getParentRoute: () => frame,
  path: '/images/$digest',
  component: page(async () => (await import('./pages/image/image-page.tsx')).ImagePage),
  validateSearch: words(
    'tab',
    'q',
    'kind',
    'severity',
    'owner',
    'layer',
    'fixable',
    'finding',
    'type',
    'sort',
    'with',
    'scope',
  ),
});

const containers = createRoute({
  getParentRoute: () => frame,
  path: '/containers',
  component: page(async () => (await import('./pages/containers/containers-page.tsx')).ContainersPage),
  validateSearch: words('q', 'verdict', 'environment', 'team', 'host', 'running', 'image'),
});

const workloads = createRoute({
  getParentRoute: () => frame,
  path: '/workloads',
  component: page(async () => (await import('./pages/containers/workloads-page.tsx')).WorkloadsPage),
  validateSearch: words('q', 'environment', 'team', 'running'),
});

const workload = createRoute({
  getParentRoute: () => frame,
  path: '/workloads/$id',
  component: page(async () => (await import('./pages/containers/workload-page.tsx')).WorkloadPage),
});

const scans = createRoute({
  getParentRoute: () => frame,
  path: '/scans',
  component: page(async () => (await import('./pages/scans/scans-page.tsx')).ScansPage),
  validateSearch: words('state', 'reference', 'scan'),
});

const bases = createRoute({
  getParentRoute: () => frame,
  path: '/bases',
  component: page(async () => (await import('./pages/bases/bases-page.tsx')).BasesPage),
});

const base = createRoute({
  getParentRoute: () => frame,
  path: '/bases/$name',
  component: page(async () => (await import('./pages/bases/base-page.tsx')).BasePage),
});

const impact = createRoute({
  getParentRoute: () => frame,
  path: '/impact',
  component: page(async () => (await import('./pages/bases/impact-page.tsx')).ImpactPage),
  validateSearch: words('q'),
});

const policies = createRoute({
  getParentRoute: () => frame,
  path: '/policies',
  component: page(async () => (await import('./pages/policies/policies-page.tsx')).PoliciesPage),
});

const policy = createRoute({
  getParentRoute: () => frame,
  path: '/policies/$name',
  component: page(async () => (await import('./pages/policies/policy-page.tsx')).PolicyPage),
  validateSearch: words('version', 'days'),
});

const waivers = createRoute({
  getParentRoute: () => frame,
  path: '/waivers',
  component: page(async () => (await import('./pages/policies/waivers-page.tsx')).WaiversPage),
  validateSearch: words('state', 'image', 'waiver'),
});

const ledger = createRoute({
  getParentRoute: () => frame,
  path: '/ledger',
  component: page(async () => (await import('./pages/ledger/ledger-page.tsx')).LedgerPage),
  validateSearch: words('actorKind', 'actor', 'action', 'subject', 'since', 'until', 'entry', 'view'),
});

const sources = createRoute({
  getParentRoute: () => frame,
  path: '/sources',
  component: page(async () => (await import('./pages/sources/sources-page.tsx')).SourcesPage),
  validateSearch: words('add', 'source'),
});

const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: page(async () => (await import('./pages/settings/settings-page.tsx')).SettingsPage),
});

const vexDocuments = createRoute({
  getParentRoute: () => frame,
  path: '/settings/vex',
  component: page(async () => (await import('./pages/settings/vex-page.tsx')).VexPage),
  validateSearch: words('add'),
});

const vexDocument = createRoute({
  getParentRoute: () => frame,
  path: '/settings/vex/$id',
  component: page(async () => (await import('./pages/settings/vex-document-page.tsx')).VexDocumentPage),
  validateSearch: words('q', 'sent'),
});

const trust = createRoute({
  getParentRoute: () => frame,
  path: '/settings/trust',
  component: page(async () => (await import('./pages/settings/trust-page.tsx')).TrustPage),
});

const channels = createRoute({
  getParentRoute: () => frame,
  path: '/settings/channels',
  component: page(async () => (await import('./pages/settings/channels-page.tsx')).ChannelsPage),
  validateSearch: words('add', 'change'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    logIn,
    frame.addChildren([
      fleet,
      images,
      image,
      containers,
      workloads,
      workload,
      scans,
      bases,
      base,
      impact,
      policies,
      policy,
      waivers,
      ledger,
      sources,
      settings,
      vexDocuments,
      vexDocument,
      trust,
      channels,
    ]),
  ]),
  // `?q=1.8` is text and stays text: addresses are for people.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(
      Object.entries(search).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
    ).toString();
    return text === '' ? '' : `?${text}`;
  },
  // Digests stand in addresses as people write them.
  pathParamsAllowedCharacters: [':', '@'],
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
