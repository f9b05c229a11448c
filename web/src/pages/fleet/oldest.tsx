import { Link } from '@tanstack/react-router';
import type { Fleet } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { Severity } from '../../parts/severity.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { counted } from '../../parts/words.ts';

/** What has had a mend for longest and is still open, by who owns it. */
export function Oldest({ oldest }: { readonly oldest: Fleet['oldest'] }) {
  return (
    <Panel title="Open longest, by owner">
      {oldest.length === 0 ? (
        <p className="empty">No finding that could be mended is open in any image.</p>
      ) : (
        <ul className="oldest">
          {oldest.slice(0, 10).map((entry) => (
            <li key={`${entry.owner}/${entry.layer}/${entry.finding}`} className="oldest-row">
              <div className="oldest-head">
                <strong>{entry.owner}</strong>
                <span className="tag">{entry.layer}</span>
                {isAdvisory(entry.finding) ? (
                  <Link to="/impact" search={{ q: entry.finding }}>
                    {entry.finding}
                  </Link>
                ) : (
                  <Link to="/images" search={{ finding: entry.finding }}>
                    {entry.finding}
                  </Link>
                )}
                <Severity value={entry.severity} />
              </div>
              <div className="soft">
                {entry.firstFixable === undefined ? 'first seen ' : 'fix first known '}
                <TimeAgo at={entry.firstFixable ?? entry.firstSeen} />
                {' · '}
                <Link to="/images" search={{ finding: entry.finding }}>
                  {counted(entry.images, 'image')}
                </Link>
                {`, ${counted(entry.running, 'container')}`}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** `CVE-2024-6119`, `GHSA-…`: whom it reaches is asked of advisories; a kind of secret is looked for among images. */
function isAdvisory(finding: string): boolean {
  return /^[A-Z]{2,}/.test(finding);
}
