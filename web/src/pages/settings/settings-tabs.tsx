import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { showInStrip } from '../../parts/show-in-strip.ts';
import { useMay } from '../../shell/may.ts';

const tabs = [
  { to: '/settings', text: 'General', meaning: undefined },
  { to: '/settings/vex', text: 'VEX', meaning: 'Vulnerability Exploitability eXchange' },
  { to: '/settings/trust', text: 'Trust root', meaning: undefined },
  { to: '/settings/channels', text: 'Notifications', meaning: undefined },
] as const;

/** What images are judged by beside the policy, and who is told. Channels tell of all teams: they are for whoever reaches all. */
export function SettingsTabs() {
  const strip = useRef<HTMLElement>(null);
  const seesChannels = useMay('notify.write', 'every team');
  useEffect(() => showInStrip(strip.current, '.is-on'), [seesChannels]);
  return (
    <nav className="tabs" aria-label="Parts of the settings" ref={strip}>
      {tabs
        .filter(({ to }) => to !== '/settings/channels' || seesChannels)
        .map(({ to, text, meaning }) => (
          <Link
            key={to}
            to={to}
            className="tab"
            title={meaning}
            activeProps={{ className: 'is-on' }}
            activeOptions={{ exact: to === '/settings', includeSearch: false }}
          >
            {text}
          </Link>
        ))}
    </nav>
  );
}
