import type { News, NewsKind } from '../api/news.ts';
import { useNews } from '../api/live.ts';
import { count } from './words.ts';

interface NewsPillProps {
  readonly kinds: readonly NewsKind[];
  /** When what is shown was read, in milliseconds. */
  readonly since: number;
  readonly onShow: () => void;
}

/** "3 new": rows don't move under a reader's eyes, they come when asked for. */
export function NewsPill({ kinds, since, onShow }: NewsPillProps) {
  const words = newsWords(useNews(kinds, since));
  return (
    <span className="pill-room" aria-live="polite">
      {since > 0 && words !== '' && (
        <button type="button" className="pill" onClick={onShow}>
          {words}
        </button>
      )}
    </span>
  );
}

function newsWords({ added, changed, isUnsure }: News): string {
  // What was missed meanwhile is not counted anywhere.
  if (isUnsure) return 'May be old: read anew';
  return [added > 0 ? `${count(added)} new` : '', changed > 0 ? `${count(changed)} changed` : '']
    .filter((part) => part !== '')
    .join(', ');
}
