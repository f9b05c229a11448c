import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, send } from '../../api/client.ts';
import type { PolicyDetail } from '../../api/contract.ts';
import { Refusal } from '../../parts/states.tsx';

interface SaveProps {
  readonly name: string;
  readonly text: string;
  readonly etag: string | undefined;
  readonly disabled: boolean;
  readonly onUndo: (() => void) | undefined;
  readonly onSaved: (version: number) => void;
}

/** A version needs a reason; it goes into the ledger with the name of who wrote it. */
export function SavePolicy({ name, text, etag, disabled, onUndo, onSaved }: SaveProps) {
  const [why, setWhy] = useState('');
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      send<PolicyDetail>('PUT', `/v1/policies/${encodeURIComponent(name)}`, {
        body: { text, why },
        ...(etag === undefined ? {} : { headers: { 'if-match': etag } }),
      }),
    onSuccess: async ({ version }) => {
      setWhy('');
      onSaved(version);
      await client.invalidateQueries({ queryKey: ['policy', name] });
      await client.invalidateQueries({ queryKey: ['policies'] });
    },
  });
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
