import { useState } from 'react';
import { Dialog } from './dialog.tsx';
import { Refusal } from './states.tsx';

interface ConfirmProps {
  /** "Forget the source edge-1" */
  readonly title: string;
  /** What it means. */
  readonly meaning: string;
  /** The name that must be typed. */
  readonly name: string;
  readonly button: string;
  /** Asks for a reason, too, which goes into the ledger. */
  readonly asksWhy?: boolean;
  readonly onConfirm: (why: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Destructive things ask with the name of the thing. */
export function Confirm({ title, meaning, name, button, asksWhy = false, onConfirm, onClose }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const [why, setWhy] = useState('');
  const isMeant = typed === name && (!asksWhy || why.trim() !== '');
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const confirm = (): void => {
    setBusy(true);
    onConfirm(why.trim()).then(onClose, (failure: unknown) => {
      setBusy(false);
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isMeant) confirm();
        }}
      >
        <p>{meaning}</p>
        <label className="field">
          <span>
            Type <code>{name}</code> to go on
          </span>
          <input
            className="input"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
          />
        </label>
        {asksWhy && (
          <label className="field">
            <span>Why</span>
            <input className="input" value={why} onChange={(event) => setWhy(event.target.value)} autoComplete="off" />
          </label>
        )}
        <Refusal error={error} />
        <p className="form-foot">
          <button type="submit" className="button is-main" disabled={!isMeant || isBusy}>
            {button}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Keep it
          </button>
        </p>
      </form>
    </Dialog>
  );
}
