import { Link } from '@tanstack/react-router';
import { useLiveState } from '../api/live.ts';
import { useMay } from './may.ts';

const pages = [
  { to: '/', text: 'Fleet' },
  { to: '/images', text: 'Images' },
  { to: '/containers', text: 'Containers' },
  { to: '/bases', text: 'Bases' },
  { to: '/impact', text: 'Impact' },
  { to: '/policies', text: 'Policy' },
  { to: '/waivers', text: 'Waivers' },
  { to: '/ledger', text: 'Ledger' },
  { to: '/scans', text: 'Scans' },
  { to: '/sources', text: 'Sources' },
  { to: '/settings', text: 'Settings' },
] as const;

export function Navigation() {
  const seesLedger = useMay('ledger.read');
  const live = useLiveState();
  return (
    <nav className="rail" aria-label="Pages">
      <ul>
        {pages
          .filter(({ to }) => to !== '/ledger' || seesLedger)
          .map(({ to, text }) => (
            <li key={to}>
              <Link to={to} className="rail-link" activeOptions={{ exact: to === '/', includeSearch: false }}>
                {text}
              </Link>
            </li>
          ))}
      </ul>
      <p className="rail-foot" role="status">
        {live === 'lost' ? 'Live updates interrupted; trying again' : ''}
      </p>
    </nav>
  );
}
