import { useState } from 'react';
import { useEventCount, type LiveKind } from '../api/live.ts';
import { count } from './words.ts';

interface NewsPillProps {
  readonly kinds: readonly LiveKind[];
  readonly onShow: () => void;
}

/** "3 new": rows don't move under a reader's eyes, they come when asked for. */
export function NewsPill({ kinds, onShow }: NewsPillProps) {
  const total = useEventCount(...kinds);
  const [seen, setSeen] = useState(total);
  const news = total - seen;
  return (
    <span className="pill-room" aria-live="polite">
      {news > 0 && (
        <button
          type="button"
          className="pill"
          onClick={() => {
            setSeen(total);
            onShow();
          }}
        >
          {`${count(news)} new`}
        </button>
      )}
    </span>
  );
}
