import { useHeardAt, useLiveState } from '../api/live.ts';
import { exactTime } from '../parts/words.ts';

/** Said at the foot of the window, where it moves nothing: the server is not heard, and of when the page is. */
export function Connection() {
  const isLost = useLiveState() === 'lost';
  const heardAt = useHeardAt();
  return (
    <div className="connection" role="status">
      {isLost && (
        <p>
          <strong>Live updates interrupted; trying again.</strong>
          {` What is shown is of ${exactTime(new Date(heardAt).toISOString())} or before.`}
        </p>
      )}
    </div>
  );
}
