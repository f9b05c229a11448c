import { Link } from '@tanstack/react-router';

/** What runs, as single containers or as what keeps them running. */
export function RunningTabs() {
  return (
    <nav className="tabs" aria-label="What runs">
      <Link
        to="/containers"
        className="tab"
        activeProps={{ className: 'is-on' }}
        activeOptions={{ includeSearch: false }}
      >
        Containers
      </Link>
      <Link
        to="/workloads"
        className="tab"
        activeProps={{ className: 'is-on' }}
        activeOptions={{ includeSearch: false }}
      >
        Workloads
      </Link>
    </nav>
  );
}
