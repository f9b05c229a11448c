import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { Refusal } from './states.tsx';

interface SaveProps {
  readonly disabled: boolean;
  readonly onSave: (why: string) => Promise<unknown>;
  readonly onUndo: (() => void) | undefined;
}

/** A version needs a reason; it goes into the ledger with the name of who wrote it. */
export function SaveText({ disabled, onSave, onUndo }: SaveProps) {
  const [why, setWhy] = useState('');
  const save = useMutation({ mutationFn: () => onSave(why), onSuccess: () => setWhy('') });
  const isConflict = save.error instanceof ApiError && save.error.status === 412;
  return (
    <form
      className="scan-form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <label className="field is-grown">
        <span>Why it is changed (needed to save)</span>
        <input className="input" value={why} onChange={(event) => setWhy(event.target.value)} autoComplete="off" />
      </label>
      <button type="submit" className="button is-main" disabled={disabled || why.trim() === '' || save.isPending}>
        Save
      </button>
      {onUndo !== undefined && (
        <button type="button" className="button" onClick={onUndo}>
          Undo all
        </button>
      )}
      {isConflict ? (
        <p className="refusal" role="alert">
          Somebody else has written a version meanwhile. Copy your text, load the page again, and compare.
        </p>
      ) : (
        <Refusal error={save.error} />
      )}
    </form>
  );
}
