import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { words } from './search-words.ts';
import { FleetPage } from './pages/fleet/fleet-page.tsx';
import { Frame } from './shell/frame.tsx';
import { LogInPage } from './shell/log-in-page.tsx';
import { NotFound } from './shell/not-found.tsx';
import { PageFailure } from './shell/page-failure.tsx';

/** Every view is an address and every filter stands in it. Pages but the first come when they are opened. */

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
  component: lazyRouteComponent(() => import('./pages/images/images-page.tsx'), 'ImagesPage'),
  validateSearch: words('q', 'verdict', 'base', 'team', 'environment', 'finding', 'package', 'running', 'sort'),
});

const image = createRoute({
  getParentRoute: () => frame,
  path: '/images/$digest',
  component: lazyRouteComponent(() => import('./pages/image/image-page.tsx'), 'ImagePage'),
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
  component: lazyRouteComponent(() => import('./pages/containers/containers-page.tsx'), 'ContainersPage'),
  validateSearch: words('q', 'verdict', 'environment', 'team', 'host', 'running', 'image'),
});

const workloads = createRoute({
  getParentRoute: () => frame,
  path: '/workloads',
  component: lazyRouteComponent(() => import('./pages/containers/workloads-page.tsx'), 'WorkloadsPage'),
  validateSearch: words('q', 'environment', 'team', 'running'),
});

const workload = createRoute({
  getParentRoute: () => frame,
  path: '/workloads/$id',
  component: lazyRouteComponent(() => import('./pages/containers/workload-page.tsx'), 'WorkloadPage'),
});

const scans = createRoute({
  getParentRoute: () => frame,
  path: '/scans',
  component: lazyRouteComponent(() => import('./pages/scans/scans-page.tsx'), 'ScansPage'),
  validateSearch: words('state', 'reference'),
});

const bases = createRoute({
  getParentRoute: () => frame,
  path: '/bases',
  component: lazyRouteComponent(() => import('./pages/bases/bases-page.tsx'), 'BasesPage'),
});

const base = createRoute({
  getParentRoute: () => frame,
  path: '/bases/$name',
  component: lazyRouteComponent(() => import('./pages/bases/base-page.tsx'), 'BasePage'),
});

const impact = createRoute({
  getParentRoute: () => frame,
  path: '/impact',
  component: lazyRouteComponent(() => import('./pages/bases/impact-page.tsx'), 'ImpactPage'),
  validateSearch: words('q'),
});

const policies = createRoute({
  getParentRoute: () => frame,
  path: '/policies',
  component: lazyRouteComponent(() => import('./pages/policies/policies-page.tsx'), 'PoliciesPage'),
});

const policy = createRoute({
  getParentRoute: () => frame,
  path: '/policies/$name',
  component: lazyRouteComponent(() => import('./pages/policies/policy-page.tsx'), 'PolicyPage'),
  validateSearch: words('version', 'days'),
});

const waivers = createRoute({
  getParentRoute: () => frame,
  path: '/waivers',
  component: lazyRouteComponent(() => import('./pages/policies/waivers-page.tsx'), 'WaiversPage'),
  validateSearch: words('state', 'image', 'waiver'),
});

const ledger = createRoute({
  getParentRoute: () => frame,
  path: '/ledger',
  component: lazyRouteComponent(() => import('./pages/ledger/ledger-page.tsx'), 'LedgerPage'),
  validateSearch: words('actorKind', 'actor', 'action', 'subject', 'since', 'until', 'entry', 'view'),
});

const sources = createRoute({
  getParentRoute: () => frame,
  path: '/sources',
  component: lazyRouteComponent(() => import('./pages/sources/sources-page.tsx'), 'SourcesPage'),
  validateSearch: words('add', 'source'),
});

const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
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
