import type { AnyResult, ImageDetail } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { Command } from '../../parts/states.tsx';
import { counted } from '../../parts/words.ts';

/** The cheapest way out first. */
export function Mends({ mends, verdict }: { readonly mends: ImageDetail['mends']; readonly verdict: AnyResult }) {
  if (mends.length === 0 && verdict === 'pass') return null;
  return (
    <Panel title="What mends it">
      {mends.length === 0 ? (
        <p className="empty">
          Nothing that the policy objects to has a known mend. The verdict below says what is open.
        </p>
      ) : (
        <ol className="mends">
          {mends.map(({ command, closes, owner }) => (
            <li key={command} className="mend">
              <span className="mend-count">{counted(closes, 'violation')}</span>
              <span className="tag">{owner}</span>
              <Command text={command} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
