import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { showInStrip } from '../parts/show-in-strip.ts';
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
  const rail = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // Where the pages stand in one line, the one that is open may be beyond its end.
  useEffect(() => showInStrip(rail.current, '.active'), [pathname, seesLedger]);
  return (
    <nav className="rail" aria-label="Pages" ref={rail}>
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
    </nav>
  );
}
