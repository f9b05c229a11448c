import { Failure } from '../parts/states.tsx';

/** A page that broke: a mistake of ours, said as one. */
export function PageFailure({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return (
    <main className="log-in">
      <h1>This page broke</h1>
      <Failure error={error instanceof Error ? error : new Error(String(error))} what="the page" onRetry={reset} />
    </main>
  );
}
