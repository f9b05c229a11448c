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
          {verdict === 'fail'
            ? 'Nothing that the policy objects to has a known mend. The verdict below says what is open.'
            : 'Nothing is known to be wrong. What is not known stands below, with how to make it known.'}
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
