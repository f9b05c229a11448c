import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Turned as Turn } from '../../api/contract.ts';
import { Breakable } from '../../parts/breakable.tsx';
import { Verdict } from '../../parts/mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { counted } from '../../parts/words.ts';

const most = 12;

/** What turned today and why. Rows stay where they are while somebody reads; what came since waits behind "3 new". */
export function Turned({ turned }: { readonly turned: readonly Turn[] }) {
  const [shown, setShown] = useState(turned);
  const [isOpen, setOpen] = useState(false);
  const known = new Set(shown.map(keyOf));
  const news = turned.filter((turn) => !known.has(keyOf(turn))).length;
  // Nothing stands there that could move: show at once.
  const list = shown.length === 0 ? turned : shown;
  const rows = isOpen ? list : list.slice(0, most);
  return (
    <Panel
      title="Turned in the last 24 hours"
      aside={
        news > 0 && shown.length > 0 ? (
          <button type="button" className="pill" onClick={() => setShown(turned)}>{`${news} new`}</button>
        ) : undefined
      }
    >
      {list.length === 0 ? (
        <p className="empty">No verdict turned: every image is what it was yesterday.</p>
      ) : (
        <ul className="turned">
          {rows.map((turn) => (
            <li key={keyOf(turn)} className="turn">
              <div className="turn-head">
                <Link to="/images/$digest" params={{ digest: turn.image }} className="turn-name">
                  <Breakable text={turn.name} />
                </Link>
                <TimeAgo at={turn.at} />
              </div>
              <div className="turn-line">
                <span className="soft">{turn.from === 'unknown' ? 'first judged' : 'was'}</span>
                {turn.from !== 'unknown' && <Verdict result={turn.from} size={14} />}
                <span aria-hidden="true">→</span>
                <span className="unseen">now</span>
                <Verdict result={turn.to} size={14} />
                <span className="soft">{`scope ${turn.scope}`}</span>
                <span className="soft">
                  {turn.running === 0
                    ? 'not running'
                    : `${counted(turn.running, 'container')} in ${turn.environments.join(', ') || 'no environment'}`}
                </span>
              </div>
              <p className="turn-why">{turn.why}</p>
            </li>
          ))}
        </ul>
      )}
      {list.length > most && (
        <button type="button" className="button is-quiet" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? `Only the newest ${most}` : `All ${list.length}`}
        </button>
      )}
    </Panel>
  );
}

function keyOf({ image, scope, at }: Turn): string {
  return `${image}/${scope}/${at}`;
}
