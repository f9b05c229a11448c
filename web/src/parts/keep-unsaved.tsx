import { useBlocker } from '@tanstack/react-router';
import { Dialog } from './dialog.tsx';

/** Nobody loses what they wrote by a click on something else: it is asked first. */
export function KeepUnsaved({ what, isUnsaved }: { readonly what: string; readonly isUnsaved: boolean }) {
  const { status, proceed, reset } = useBlocker({
    // Filters of the simulation are of the same page.
    shouldBlockFn: ({ current, next }) => isUnsaved && current.pathname !== next.pathname,
    enableBeforeUnload: () => isUnsaved,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <Dialog title="Leave without saving?" onClose={reset}>
      <p>{`What you changed in ${what} is nowhere but on this page.`}</p>
      <p className="form-foot">
        <button type="button" className="button is-main" onClick={reset}>
          Stay
        </button>
        <button type="button" className="button" onClick={proceed}>
          Leave, and lose it
        </button>
      </p>
    </Dialog>
  );
}
