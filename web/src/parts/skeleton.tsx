import { useEffect, useState } from 'react';

const longMs = 5000;

/** Grey bars in the shape of what comes. */
export function Skeleton({ rows = 6, height = 20 }: { readonly rows?: number; readonly height?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="skeleton-bar" style={{ height, width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
      <Long />
    </div>
  );
}

/** Rows that are not here yet, of the height of a table's. */
export function TableSkeleton({ rows = 12 }: { readonly rows?: number }) {
  return (
    <div className="table-skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="table-skeleton-row">
          <span style={{ width: `${20 + ((index * 7) % 16)}%` }} />
          <span style={{ width: '12%' }} />
          <span style={{ width: `${10 + ((index * 5) % 12)}%` }} />
          <span style={{ width: '8%' }} />
        </div>
      ))}
      <Long />
    </div>
  );
}

/** Bars alone say nothing after a while. */
function Long() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), longMs);
    return () => clearTimeout(timer);
  }, []);
  return isLong ? (
    <p className="soft">The server takes long to answer. It is still waited for, a minute at most.</p>
  ) : null;
}
